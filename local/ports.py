"""Ports on the loopback interface."""

import os
import socket
from dataclasses import dataclass
from typing import Self

from .errors import UserError


@dataclass(frozen=True)
class Port:
    """A port and the environment variable that changes it."""

    number: int
    variable: str
    purpose: str

    @classmethod
    def configured(cls, variable: str, default: int, purpose: str) -> Self:
        """The port set in the environment, or the default."""
        text = os.environ.get(variable, str(default))
        if not text.isdecimal() or not 1024 <= int(text) <= 65535:
            raise UserError(f"{variable}={text} is not a port: use a number from 1024 to 65535")
        return cls(int(text), variable, purpose)


def check_free(port: Port, command: str) -> None:
    """Fail when the port is in use. `command` is the command that needs it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError:
            raise UserError(
                f"port {port.number} is in use, and {port.purpose} needs it: stop the process that listens there, "
                f"or choose another port: `{port.variable}={port.number + 10} {command}`"
            ) from None


def is_listening(port: int) -> bool:
    """Whether a process accepts connections at the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
