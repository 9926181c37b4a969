"""deploy/smoke-test.sh against a healthy stack and broken ones."""

import subprocess
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.instance import ROOT

_JSON = {"Content-Type": "application/json"}
_PROBLEM = {"Content-Type": "application/problem+json"}
_SITE = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
_ANSWERS = {
    "/api/marathons": (200, _JSON, '{"items": []}'),
    "/api/points": (200, _JSON, '{"items": []}'),
    "/api/marathons/00000000-0000-7000-8000-000000000000": (404, _PROBLEM, "{}"),
    "/api/users/me": (401, {**_PROBLEM, "WWW-Authenticate": 'Bearer realm="mrmrthon"'}, "{}"),
    "/": (200, _SITE, "<html></html>"),
}
_Answer = tuple[int, dict[str, str], str]


class SmokeTest(unittest.TestCase):
    """The exit code and errors of the script."""

    def test_passes_a_healthy_stack(self) -> None:
        """Exit code 0."""
        outcome = _smoke_test({})
        self.assertEqual(outcome.returncode, 0, outcome.stderr)

    def test_accepts_the_header_as_api_gateway_renames_it(self) -> None:
        """API Gateway may send WWW-Authenticate under another name."""
        headers = {**_PROBLEM, "x-amzn-remapped-www-authenticate": 'Bearer realm="mrmrthon"'}
        outcome = _smoke_test({"/api/users/me": (401, headers, "{}")})
        self.assertEqual(outcome.returncode, 0, outcome.stderr)

    def test_detects_each_fault(self) -> None:
        """One fault at a time."""
        faults: dict[str, _Answer] = {
            "/api/points": (500, _PROBLEM, "{}"),
            "/api/marathons": (200, _SITE, "<html>"),
            "/api/users/me": (401, _PROBLEM, "{}"),
            "/api/marathons/00000000-0000-7000-8000-000000000000": (200, _SITE, "<html>"),
            "/": (403, _SITE, "<html>"),
        }
        for path, fault in faults.items():
            with self.subTest(path=path):
                self.assertEqual(_smoke_test({path: fault}).returncode, 1)
        for header in _SITE:
            headers = {name: value for name, value in _SITE.items() if name != header}
            with self.subTest(without=header):
                outcome = _smoke_test({"/": (200, headers, "<html>")})
                self.assertEqual(outcome.returncode, 1)
                self.assertIn(f"no header {header.lower()}", outcome.stderr.replace("(", ""))


def _smoke_test(faults: dict[str, _Answer]) -> subprocess.CompletedProcess[str]:
    class Stack(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*{**_ANSWERS, **faults}[self.path.split("?", maxsplit=1)[0]])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(401 if b"login_id" in body else 422, _PROBLEM, "{}")

        def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Stack) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        outcome = subprocess.run(
            [ROOT / "deploy" / "smoke-test.sh", address], capture_output=True, text=True, timeout=60, check=False
        )
        server.shutdown()
        return outcome
