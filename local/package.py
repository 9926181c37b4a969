"""Write the template that `sam deploy` reads, with a package for each function. Runs in the tools' environment.

Replaces `sam build`, without building anything: cargo has built the binaries. Prints the binary of each function by its
logical name, as JSON.
"""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_dump, yaml_parse


def write_template(source: Path, target: Path) -> dict[str, str]:
    """Write the template to `target` and return the binary of each function."""
    document = yaml_parse(source.read_text(encoding="utf-8"))
    binaries = {}
    for name, resource in document["Resources"].items():
        if resource["Type"] == "AWS::CloudFormation::Stack":
            # Nested stacks are not created locally, but `sam deploy` packages their templates.
            url = resource["Properties"]["TemplateURL"]
            resource["Properties"]["TemplateURL"] = str(source.resolve().parent / url)
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        binaries[name] = resource["Metadata"]["BuildProperties"]["Binary"]
        resource.setdefault("Properties", {})["CodeUri"] = f"{name}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml_dump(document), encoding="utf-8")
    return binaries


if __name__ == "__main__":
    print(json.dumps(write_template(Path(sys.argv[1]), Path(sys.argv[2]))))
