"""Ports, folders and locks of instances."""

import os
import unittest
from unittest import mock

from local.errors import UserError
from local.instance import Instance
from local.ports import Port


class InstanceTest(unittest.TestCase):
    """The instances of `make run` and `make test`."""

    def test_instances_share_nothing(self) -> None:
        """They can run at the same time."""
        run, test = Instance.for_run(), Instance.for_test()
        numbers = [port.number for port in (*run.ports, *test.ports)]
        self.assertEqual(len(set(numbers)), len(numbers))
        self.assertNotEqual(run.directory, test.directory)
        self.assertNotEqual(run.endpoints, test.endpoints)

    def test_ports_come_from_the_environment(self) -> None:
        """Invalid numbers are rejected."""
        with mock.patch.dict(os.environ, {"A_PORT": "5000"}):
            self.assertEqual(Port.configured("A_PORT", 4000, "a test").number, 5000)
        for text in ("80", "70000", "http"):
            with mock.patch.dict(os.environ, {"A_PORT": text}), self.assertRaises(UserError):
                Port.configured("A_PORT", 4000, "a test")


if __name__ == "__main__":
    unittest.main()
