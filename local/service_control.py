"""An HTTP server through which chaos tests stop and start user_db.

POST /user_db/stop     answers 204 when MariaDB has stopped
POST /user_db/start    answers 204 when MariaDB accepts connections
"""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

from . import user_db
from .errors import UserError
from .processes import Services


def serve(services: Services) -> str:
    """Serve on a free port until this process ends, and return the URL.

    All requests are handled by one thread that never ends, because a service is stopped when the thread that started it
    ends.
    """
    actions: dict[str, Callable[[], None]] = {
        "/user_db/stop": lambda: services.stop(user_db.NAME),
        "/user_db/start": lambda: services.restart(user_db.NAME),
    }

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """Run an action."""
            action = actions.get(self.path)
            if action is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            try:
                action()
            except UserError as error:
                self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, explain=f"{error}\n{error.details}")
                return
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Don't log requests: the terminal shows the test output."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, name="service_control", daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
