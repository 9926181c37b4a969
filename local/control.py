"""What the tests may do to the services of their instance: stop user_db, and start it again.

POST /user_db/stop     answers 204 when MariaDB has ended
POST /user_db/start    answers 204 when MariaDB takes connections again
"""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

from . import user_db
from .problem import Problem
from .processes import Services


def serve(services: Services) -> str:
    """Take requests on a port of its own for as long as this process lives, and answer the address.

    One thread takes all of them and never ends, because a service ends with the thread that started it.
    """
    actions: dict[str, Callable[[], None]] = {
        "/user_db/stop": lambda: services.stop(user_db.NAME),
        "/user_db/start": lambda: services.start_again(user_db.NAME),
    }

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """Carry out an action."""
            action = actions.get(self.path)
            if action is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            try:
                action()
            except Problem as problem:
                self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, explain=f"{problem}\n{problem.details}")
                return
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Leave the terminal to the tests."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, name="control", daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
