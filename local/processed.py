"""template.yaml after the SAM transform, as CloudFormation processes it. Runs in the tools' environment.

python -m local.processed    print it as JSON
"""

import json
import os
from functools import cache
from typing import Any

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

from .aws import REGION
from .instance import ROOT


class _NoManagedPolicies:
    """An empty list of managed policies: template.yaml uses none by its short name."""

    def load(self) -> dict[str, str]:
        return {}


@cache
def processed(**parameters: str) -> dict[str, Any]:
    """The transformed template with these parameters."""
    document = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    # `sam package` would set this.
    document["Globals"]["Function"]["CodeUri"] = "s3://packages/package.zip"
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    result: dict[str, Any] = transform(document, parameters, _NoManagedPolicies())
    return result


if __name__ == "__main__":
    print(json.dumps(processed(), indent=1))
