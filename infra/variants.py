"""Templates as CloudFormation processes them for certain parameters: after the SAM transform, without conditions.

python -m infra.variants FOLDER    write the variants for pairwise combinations of parameters as JSON
"""

import copy
import itertools
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allpairspy import AllPairs

from infra.templates import APPLICATION, ROOT, Json, of_type, read
from local.processed import processed

Parameters = dict[str, str]

_BOOLEAN = ["false", "true"]
_HOSTED_ZONE = ["", "Z00000000"]
_KEY = ["", "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"]
# For each template, the parameters that its conditions depend on, with the values that the conditions distinguish.
VALUES: dict[str, dict[str, list[str]]] = {
    "template.yaml": {
        "Stage": ["local", "dev", "prod"],
        "UserDbUrl": ["create", "mysql://user:password@localhost/user_db"],
        "UserDbConcurrency": ["0", "40"],
        "UserDbProxy": _BOOLEAN,
        "GradualDeployment": _BOOLEAN,
        "UseCustomerManagedKey": _BOOLEAN,
        "DeletionProtection": _BOOLEAN,
        "VpcSubnetIds": ["", "subnet-00000000"],
        "DomainName": ["", "race.example.com"],
        "HostedZoneId": _HOSTED_ZONE,
        "WebAclArn": ["", "arn:aws:wafv2:us-east-1:000000000000:global/webacl/race/00000000"],
    },
    "infra/certificate.yaml": {},
    "infra/monitoring.yaml": {
        "AlarmEmail": ["", "race@example.com"],
        "UserDbEngine": ["aurora", "rds", "none"],
        "AWS::Region": ["us-east-1", "ap-northeast-2"],
    },
    "infra/network.yaml": {"Production": _BOOLEAN},
    "infra/user-db.yaml": {
        "Production": _BOOLEAN,
        "DeletionProtection": _BOOLEAN,
        "Engine": ["aurora", "rds"],
        "MinCapacity": ["0", "0.5"],
        "KmsKeyArn": _KEY,
        "Snapshot": ["", "before"],
    },
    "infra/user-db-proxy.yaml": {"Engine": ["aurora", "rds"]},
    "infra/waf.yaml": {},
}
# Parameters whose defaults are valid only for some combinations.
_FIXED = {
    "VpcSecurityGroupIds": "sg-00000000",
    "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/00000000",
}
_ABSENT = object()
_SUBSTITUTION = re.compile(r"\$\{(\w+)[\w.]*\}")


def all_combinations(template: str) -> Iterator[Parameters]:
    """Every combination of a template's `VALUES` that its `Rules` allow."""
    values = VALUES[template]
    for combination in itertools.product(*values.values()):
        parameters = dict(zip(values, combination, strict=True))
        if _is_allowed(template, parameters):
            yield parameters


def _is_allowed(template: str, parameters: Parameters) -> bool:
    """Whether CloudFormation accepts these parameters."""
    document = read(ROOT / template)
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in document.get("Parameters", {}).items()}
    conditions = _Conditions({}, defaults | _FIXED | parameters)
    return all(
        conditions.holds(assertion["Assert"])
        for rule in document.get("Rules", {}).values()
        if conditions.holds(rule["RuleCondition"])
        for assertion in rule["Assertions"]
    )


def pairwise_combinations(template: str) -> Iterator[Parameters]:
    """Combinations in which every two values of different parameters occur together."""
    values = VALUES[template]
    if len(values) < 2:
        yield from all_combinations(template)
        return
    for combination in AllPairs(list(values.values())):
        yield dict(zip(values, combination, strict=True))


def variant(template: str, parameters: Parameters) -> Json:
    """A template with these parameters as defaults and with its conditions evaluated."""
    path = ROOT / template
    document = processed(GradualDeployment=parameters["GradualDeployment"]) if path == APPLICATION else read(path)
    result = {**document, "Parameters": copy.deepcopy(document.get("Parameters", {}))}
    for name, value in {**_FIXED, **parameters}.items():
        result["Parameters"].get(name, {})["Default"] = value
    values = {name: str(parameter.get("Default", "")) for name, parameter in result["Parameters"].items()}
    conditions = _Conditions(result.pop("Conditions", {}), values | parameters)
    for section in ("Resources", "Outputs"):
        entries = document.get(section, {})
        result[section] = {
            name: conditions.resolve({key: value for key, value in entry.items() if key != "Condition"})
            for name, entry in entries.items()
            if "Condition" not in entry or conditions.holds(entry["Condition"])
        }
    return result


@dataclass(frozen=True)
class _Conditions:
    """The conditions of a template, with the values of its parameters."""

    named: Json
    values: Parameters

    def holds(self, condition: Any) -> bool:
        """Whether a condition, or the condition with a name, is true."""
        match condition:
            case str(name) | {"Condition": name}:
                return self.holds(self.named[name])
            case {"Fn::Equals": [left, right]}:
                return self._operand(left) == self._operand(right)
            case {"Fn::Not": [operand]}:
                return not self.holds(operand)
            case {"Fn::And": operands}:
                return all(map(self.holds, operands))
            case {"Fn::Or": operands}:
                return any(map(self.holds, operands))
        raise ValueError(f"not a condition: {condition}")

    def _operand(self, operand: Any) -> str:
        match operand:
            case {"Ref": name}:
                return self.values[name]
            case {"Fn::Join": [separator, {"Ref": name}]}:
                return str(separator).join(self.values[name].split(","))
        return str(operand)

    def resolve(self, value: Any) -> Any:
        """A value in which each `Fn::If` is replaced by its branch."""
        match value:
            case {"Ref": "AWS::NoValue"}:
                return _ABSENT
            case {"Fn::If": [condition, then, otherwise]}:
                return self.resolve(then if self.holds(condition) else otherwise)
            case dict():
                resolved = {key: self.resolve(item) for key, item in value.items()}
                return {key: item for key, item in resolved.items() if item is not _ABSENT}
            case list():
                return [item for item in map(self.resolve, value) if item is not _ABSENT]
        return value


def dependencies(template: Json) -> dict[str, set[str]]:
    """For each resource, the logical ids of the resources and parameters that have to exist before it."""
    return {name: set(_references(resource)) for name, resource in template["Resources"].items()}


def _references(value: Any) -> Iterator[str]:
    """The logical ids in a value, without pseudo parameters."""
    match value:
        case {"Ref": name}:
            if not name.startswith("AWS::"):
                yield name
        case {"Fn::GetAtt": [name, *_]}:
            yield name
        case {"Fn::Sub": [text, variables]}:
            yield from set(_SUBSTITUTION.findall(text)) - set(variables)
            yield from _references(variables)
        case {"Fn::Sub": text}:
            yield from _SUBSTITUTION.findall(text)
        case dict():
            depends_on = value.get("DependsOn", [])
            yield from [depends_on] if isinstance(depends_on, str) else depends_on
            for item in value.values():
                yield from _references(item)
        case list():
            for item in value:
                yield from _references(item)


def write_pairwise(folder: Path) -> None:
    """Write the variants of all templates for `pairwise_combinations`."""
    for template in VALUES:
        for number, parameters in enumerate(pairwise_combinations(template)):
            document = variant(template, parameters)
            for resource in of_type(document, "AWS::CloudFormation::Stack").values():
                # `sam package` would upload the nested template.
                resource["Properties"]["TemplateURL"] = "https://templates.s3.amazonaws.com/nested.yaml"
            # A linter reports unused parameters, and those of conditions are unused without the conditions.
            used = set(_references([document["Resources"], document["Outputs"], document.get("Rules")]))
            document["Parameters"] = {key: value for key, value in document["Parameters"].items() if key in used}
            document["Description"] = f"{template} for {parameters}"
            file = folder / f"{Path(template).stem}-{number}.json"
            file.write_text(json.dumps(document, indent=1))


if __name__ == "__main__":
    write_pairwise(Path(sys.argv[1]))
