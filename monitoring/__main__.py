"""`python -m monitoring` writes the dashboard for Grafana; with `--check` it fails if the file is not up to date."""

import sys
from pathlib import Path

from . import grafana
from .panels import ROWS, VARIABLES

_FILE = Path(__file__).parent / "grafana" / "mrmrthon.json"


def main() -> int:
    """Write or check the file, and return the exit code."""
    text = grafana.dashboard_json(ROWS, VARIABLES)
    if "--check" not in sys.argv[1:]:
        _FILE.write_text(text, encoding="utf-8")
    elif _FILE.read_text(encoding="utf-8") != text:
        print(f"monitoring/grafana/{_FILE.name} is not up to date: run `python -m monitoring`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
