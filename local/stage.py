"""Write the template that `sam deploy` reads, each function pointing to its package. Runs in the tools' environment.

It does what `sam build` does, without building anything: cargo has done that. It prints, as JSON, the binary of each
function by its logical name.
"""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_dump, yaml_parse


def stage(template: Path, target: Path) -> dict[str, str]:
    """Write `target` and answer the binary of each function."""
    document = yaml_parse(template.read_text(encoding="utf-8"))
    binaries = {}
    for name, resource in document["Resources"].items():
        if resource["Type"] == "AWS::CloudFormation::Stack":
            # It is not made here, yet `sam deploy` packages it.
            url = resource["Properties"]["TemplateURL"]
            resource["Properties"]["TemplateURL"] = str(template.resolve().parent / url)
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        binaries[name] = resource["Metadata"]["BuildProperties"]["Binary"]
        resource.setdefault("Properties", {})["CodeUri"] = f"{name}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml_dump(document), encoding="utf-8")
    return binaries


if __name__ == "__main__":
    print(json.dumps(stage(Path(sys.argv[1]), Path(sys.argv[2]))))
