"""The templates for every combination of the parameters that their conditions depend on."""

import json
import re
import unittest
from graphlib import CycleError, TopologicalSorter

from infra.templates import ROOT, Json, read
from infra.variants import VALUES, all_combinations, dependencies, pairwise_combinations, variant
from local.processed import processed

# The quota of CloudFormation is 60 dynamic references per template, counted with repetitions.
MAX_DYNAMIC_REFERENCES = 50


class Combinations(unittest.TestCase):
    """Which combinations there are."""

    def test_parameters_of_conditions_have_values(self) -> None:
        """All parameters that conditions refer to are varied, and no others."""
        self.assertEqual(
            set(VALUES), {"template.yaml", *(f"infra/{path.name}" for path in (ROOT / "infra").glob("*.yaml"))}
        )
        for template, values in VALUES.items():
            conditions = json.dumps(read(ROOT / template).get("Conditions", {}))
            self.assertEqual(set(re.findall(r'"Ref": "([\w:]+)"', conditions)), set(values), template)

    def test_pairwise_combinations_have_every_pair(self) -> None:
        """Two values of different parameters occur together in at least one combination."""
        for template in VALUES:
            chosen = [set(parameters.items()) for parameters in pairwise_combinations(template)]
            for parameters in all_combinations(template):
                items = list(parameters.items())
                for index, first in enumerate(items):
                    for second in items[index + 1 :]:
                        self.assertTrue(any({first, second} <= pairs for pairs in chosen), (template, first, second))


class Resources(unittest.TestCase):
    """References between resources."""

    def test_resources_refer_to_existing_ones_without_cycles(self) -> None:
        """Otherwise CloudFormation rejects the template."""
        for template in VALUES:
            for parameters in all_combinations(template):
                with self.subTest(template=template, parameters=parameters):
                    self._check(variant(template, parameters))

    def _check(self, template: Json) -> None:
        graph = dependencies(template)
        known = set(template["Resources"]) | set(template["Parameters"])
        self.assertLessEqual({name for names in graph.values() for name in names}, known)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            self.fail(f"circular dependency: {error.args[1]}")

    def test_queue_policies_name_one_queue_per_statement(self) -> None:
        """SQS rejects a statement with several resources."""
        for name, resource in processed()["Resources"].items():
            if resource["Type"] != "AWS::SQS::QueuePolicy":
                continue
            self.assertEqual(len(resource["Properties"]["Queues"]), 1, name)
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                self.assertIsInstance(statement["Resource"], dict, name)

    def test_dynamic_references_stay_below_the_quota(self) -> None:
        """With room for further functions."""
        for template in VALUES:
            document = processed() if template == "template.yaml" else read(ROOT / template)
            count = json.dumps(document).count("{{resolve:")
            self.assertLessEqual(count, MAX_DYNAMIC_REFERENCES, template)


if __name__ == "__main__":
    unittest.main()
