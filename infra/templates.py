"""The SAM and CloudFormation templates as parsed YAML. Needs the environment of the tools, which has the SAM CLI."""

from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1]
APPLICATION = ROOT / "template.yaml"
MONITORING = ROOT / "infra" / "monitoring.yaml"


@cache
def read(path: Path) -> Json:
    """One template, with anchors expanded and intrinsic functions in their long form, such as `Fn::Sub`."""
    template: Json = yaml_parse(path.read_text(encoding="utf-8"))
    return template


def of_type(template: Json, *types: str) -> dict[str, Json]:
    """The resources of these types by logical id."""
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] in types}
