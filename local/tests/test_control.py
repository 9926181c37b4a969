"""Services that tests stop and start."""

import http.client
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from local import control, user_db
from local.problem import Problem
from local.processes import Service, Services


class ControlTest(unittest.TestCase):
    """A service in the place of user_db."""

    def setUp(self) -> None:
        """It runs."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        program = "import signal; signal.pause()"
        self.services = Services()
        self.services.start(
            Service(
                name=user_db.NAME,
                command=[sys.executable, "-c", program],
                log=Path(folder.name) / "log",
                ready=lambda: True,
            )
        )
        self.addCleanup(self.services.stop, user_db.NAME)
        self.address = urlsplit(control.serve(self.services)).netloc

    def post(self, path: str) -> int:
        """The status that a request is answered with."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        self.addCleanup(connection.close)
        connection.request("POST", path)
        return connection.getresponse().status

    def process(self) -> int | None:
        """The number of the process, if there is one."""
        (started,) = self.services._started
        return started.process and started.process.pid

    def test_what_is_stopped_on_purpose_is_not_missed(self) -> None:
        """And it can be started again."""
        before = self.process()
        self.assertEqual(self.post("/user_db/stop"), 204)
        self.assertIsNone(self.process())
        self.services.check()
        self.assertEqual(self.post("/user_db/start"), 204)
        self.assertNotIn(self.process(), (None, before))
        self.services.check()

    def test_what_ends_by_itself_is_missed(self) -> None:
        """Whoever killed it."""
        (started,) = self.services._started
        assert started.process  # noqa: S101 - it was started
        started.process.kill()
        started.process.wait()
        with self.assertRaises(Problem):
            self.services.check()

    def test_nothing_else_can_be_asked_for(self) -> None:
        """Least of all by mistake."""
        self.assertEqual(self.post("/user_db/erase"), 404)


if __name__ == "__main__":
    unittest.main()
