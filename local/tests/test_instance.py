"""Instances keep out of each other's way."""

import os
import unittest
from unittest import mock

from local.instance import Instance, Port
from local.problem import Problem


class InstanceTest(unittest.TestCase):
    """Ports and folders."""

    def test_both_instances_may_run_at_once(self) -> None:
        """They share no port and no folder."""
        people, tests = Instance.for_people(), Instance.for_tests()
        numbers = [port.number for port in (*people.ports, *tests.ports)]
        self.assertEqual(len(set(numbers)), len(numbers))
        self.assertNotEqual(people.directory, tests.directory)
        self.assertNotEqual(people.endpoints, tests.endpoints)

    def test_a_port_can_be_moved(self) -> None:
        """The environment has the last word, if it makes sense."""
        with mock.patch.dict(os.environ, {"A_PORT": "5000"}):
            self.assertEqual(Port.configured("A_PORT", 4000, "a test").number, 5000)
        for text in ("80", "70000", "http"):
            with mock.patch.dict(os.environ, {"A_PORT": text}), self.assertRaises(Problem):
                Port.configured("A_PORT", 4000, "a test")


if __name__ == "__main__":
    unittest.main()
