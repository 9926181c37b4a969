"""The error that is shown to the user without a traceback."""


class UserError(Exception):
    """What went wrong and what to do about it, in one line."""

    def __init__(self, message: str, details: str = "") -> None:
        """`details` is longer output, such as that of a failed command. It is printed before the message."""
        super().__init__(message)
        self.details = details.strip()
