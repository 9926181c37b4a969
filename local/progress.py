"""Steps with their elapsed time: a live line on a terminal, plain lines everywhere else."""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_REFRESH_SECONDS = 0.2


class Step:
    """A running step. `detail` is shown while it runs, `result` when it has ended."""

    def __init__(self, title: str) -> None:
        """Start measuring the time."""
        self.title = title
        self.detail = ""
        self.result = ""
        self._started = time.monotonic()

    def show(self, line: str) -> None:
        """Show a line of output as the detail."""
        self.detail = line.strip()

    @property
    def elapsed(self) -> str:
        """The time since the start."""
        return f"{time.monotonic() - self._started:.1f} s"


class Progress:
    """Prints steps. Steps may overlap."""

    def __init__(self) -> None:
        """Print to standard output."""
        self._live = sys.stdout.isatty()
        self._lock = threading.Lock()
        self._running: list[Step] = []
        self._ticker: threading.Thread | None = None

    @contextmanager
    def step(self, title: str, *, streams: bool = False, announced: bool = True) -> Iterator[Step]:
        """Print a step when it starts and when it ends.

        With `streams`, the step prints lines of its own, so there is no live line. Without `announced`, its start is
        not printed outside a terminal: for steps that are rows of a table.
        """
        step = Step(title)
        self._begin(step, hidden=streams, announced=announced)
        try:
            yield step
        except BaseException:
            self._end(step, "✗")
            raise
        self._end(step, "✓")

    def _begin(self, step: Step, *, hidden: bool, announced: bool) -> None:
        with self._lock:
            if announced and (hidden or not self._live):
                print(f"… {step.title}", flush=True)
            if self._live and not hidden:
                self._running.append(step)
                if self._ticker is None:
                    self._ticker = threading.Thread(target=self._tick, daemon=True)
                    self._ticker.start()

    def _end(self, step: Step, mark: str) -> None:
        with self._lock:
            if step in self._running:
                self._running.remove(step)
            self._clear()
            result = f"  {step.result}" if step.result else ""
            print(f"{mark} {step.title:<44} {step.elapsed:>8}{result}", flush=True)

    def _tick(self) -> None:
        while True:
            with self._lock:
                if self._running:
                    self._draw()
            time.sleep(_REFRESH_SECONDS)

    def _draw(self) -> None:
        parts = (f"{step.title} {step.elapsed}  {step.detail}".rstrip() for step in self._running)
        line = "… " + " │ ".join(parts)
        width = shutil.get_terminal_size().columns - 1
        self._clear()
        print(line[:width], end="", flush=True)

    def _clear(self) -> None:
        if self._live:
            print("\r\x1b[K", end="")
