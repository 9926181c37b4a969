"""`python3 -m monitoring` writes the dashboards; with `--check` it only says whether they are those of panels.py."""

import re
import sys
from pathlib import Path

from . import cloudwatch, grafana
from .panels import ROWS, VARIABLES

_ROOT = Path(__file__).resolve().parents[1]
_TEMPLATE = _ROOT / "infra" / "monitoring.yaml"
_GRAFANA = _ROOT / "monitoring" / "grafana" / "mrmrthon.json"
_WRITTEN = re.compile(r'(?<=# >>> written by "python3 -m monitoring"\n).*?(?= *# <<< written)', re.DOTALL)


def main() -> int:
    """Write or check, and answer the exit code."""
    template = _TEMPLATE.read_text(encoding="utf-8")
    body = cloudwatch.body(ROWS, template)
    files = {
        _TEMPLATE: _WRITTEN.sub(lambda _: body, template),
        _GRAFANA: grafana.text(grafana.dashboard(ROWS, VARIABLES)) + "\n",
    }
    stale = [file for file, text in files.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv[1:]:
        for file in stale:
            file.write_text(files[file], encoding="utf-8")
        return 0
    for file in stale:
        print(f"{file.relative_to(_ROOT)} is not what monitoring/panels.py says: run `python3 -m monitoring`")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
