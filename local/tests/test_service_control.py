"""Stopping and starting user_db over HTTP."""

import http.client
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from local import service_control, user_db
from local.errors import UserError
from local.processes import Service, Services


class ServiceControlTest(unittest.TestCase):
    """With a process that stands for MariaDB."""

    def setUp(self) -> None:
        """Start the process and the HTTP server."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        program = "import signal; signal.pause()"
        self.services = Services()
        self.services.start(
            Service(
                name=user_db.NAME,
                command=[sys.executable, "-c", program],
                log=Path(folder.name) / "log",
                is_ready=lambda: True,
            )
        )
        self.addCleanup(self.services.stop, user_db.NAME)
        self.address = urlsplit(service_control.serve(self.services)).netloc

    def post(self, path: str) -> int:
        """Send a request and return the status."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        self.addCleanup(connection.close)
        connection.request("POST", path)
        return connection.getresponse().status

    def process_id(self) -> int | None:
        """The id of the process, unless it is stopped."""
        (started,) = self.services._started
        return started.process and started.process.pid

    def test_stops_and_restarts_the_service(self) -> None:
        """A stop on purpose is no failure."""
        before = self.process_id()
        self.assertEqual(self.post("/user_db/stop"), 204)
        self.assertIsNone(self.process_id())
        self.services.check()
        self.assertEqual(self.post("/user_db/start"), 204)
        self.assertNotIn(self.process_id(), (None, before))
        self.services.check()

    def test_reports_a_service_that_ends_unexpectedly(self) -> None:
        """As when it is killed."""
        (started,) = self.services._started
        assert started.process  # noqa: S101 - it was started
        started.process.kill()
        started.process.wait()
        with self.assertRaises(UserError):
            self.services.check()

    def test_unknown_actions_answer_404(self) -> None:
        """There are only two actions."""
        self.assertEqual(self.post("/user_db/erase"), 404)


if __name__ == "__main__":
    unittest.main()
