"""The bill, the limits and their tables."""

import unittest

from docs.cost import bill, limits, tables, traffic
from docs.cost.inputs import FREE, PRICE_LIST, PRICES


class BillTest(unittest.TestCase):
    """Sums and prices."""

    def test_items_add_up_to_the_variants(self) -> None:
        """The first variant is the bill itself."""
        (_, base), *others = bill.variants()
        self.assertAlmostEqual(base, bill.rest(bill.items()))
        self.assertEqual(len({round(amount, 2) for _, amount in others} | {round(base, 2)}), len(others) + 1)

    def test_allowances_reduce_the_bill_but_not_below_zero(self) -> None:
        """An allowance above the usage makes an item free."""
        items = [item for item in bill.items() if item.price == "sns_request"]
        self.assertLess(sum(item.race for item in items), FREE["sns_request"])
        self.assertEqual(bill.with_allowances(items), 0)
        every = bill.items()
        self.assertLess(bill.with_allowances(every), bill.rest(every) + bill.race(every))

    def test_every_price_has_a_source_and_is_used(self) -> None:
        """Prices that the bill does not use are those of the variants."""
        used = {item.price for item in bill.items()}
        variants = {"rds_small_hour", "rds_gb_month", "rds_proxy_acu_hour"}
        variants |= {"waf_acl_month", "waf_rule_month", "waf_request"}
        self.assertEqual(used | variants, PRICES.keys())
        self.assertLessEqual({price["source"] for price in PRICE_LIST["prices"].values()}, PRICE_LIST["sources"].keys())
        self.assertLessEqual(FREE.keys(), PRICES.keys())


class TrafficTest(unittest.TestCase):
    """Requests that reach the origin."""

    def test_misses_are_limited_by_requests_and_by_urls(self) -> None:
        """Few requests are all misses; many requests miss once per URL, cache and time to live."""
        self.assertAlmostEqual(traffic.cache_misses(rate=0.01, urls=1000, ttl=5), 0.01, places=6)
        caches = traffic.cache_misses(rate=1e9, urls=1, ttl=1)
        self.assertAlmostEqual(traffic.cache_misses(rate=1e9, urls=60, ttl=5), caches * 60 / 5)


class LimitsTest(unittest.TestCase):
    """Order of the limits."""

    def test_the_nearest_limit_is_first(self) -> None:
        """The table is read from the top."""
        headrooms = [limit.headroom for limit in limits.limits()]
        self.assertEqual(headrooms, sorted(headrooms))


class TablesTest(unittest.TestCase):
    """Markdown and numbers."""

    def test_aligns_columns_of_numbers_to_the_right(self) -> None:
        """Text stays on the left."""
        self.assertEqual(
            tables.table(["a", "b"], [["x", "1.5"], ["y", "–"]]),
            "\n| a | b |\n| --- | ---: |\n| x | 1.5 |\n| y | – |\n\n",
        )

    def test_counts_have_three_significant_digits(self) -> None:
        """Or all digits of a whole number."""
        for value, text in (
            (0, "–"),
            (0.0312, "0.031"),
            (1.234, "1.23"),
            (45.67, "45.7"),
            (730, "730"),
            (5e6, "5,000,000"),
        ):
            with self.subTest(value=value):
                self.assertEqual(tables.count(value), text)

    def test_groups_add_up_to_the_sum(self) -> None:
        """No item is in two groups or in none."""
        rows = [row.split(" | ") for row in tables.summary().strip().splitlines()[2:]]
        amounts = [float(row[1].strip("*").replace(",", "")) for row in rows]
        self.assertAlmostEqual(sum(amounts[:-1]), amounts[-1], delta=0.05)


if __name__ == "__main__":
    unittest.main()
