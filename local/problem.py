"""The one kind of failure a person is meant to read."""


class Problem(Exception):
    """What went wrong and what to do about it, in one line."""

    def __init__(self, message: str, details: str = "") -> None:
        """`details` is output worth reading in full, such as a failed command's; it is shown before the line."""
        super().__init__(message)
        self.details = details.strip()
