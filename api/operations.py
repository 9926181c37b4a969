"""The operations of the contract, api/openapi.yaml."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
_CONTRACT = ROOT / "api" / "openapi.yaml"


@dataclass(frozen=True)
class Callers:
    """Who may call an operation."""

    korean: str
    # Who sends its sample event: the organizer or the runner of the journey.
    role: str | None = None


# By the first sentence of an operation's description.
CALLERS = {
    "Anyone.": Callers("누구나"),
    "Anyone for the total, the user for the ledger.": Callers("합계는 누구나, 내역은 본인"),
    "The holder of a refresh token.": Callers("갱신 토큰을 가진 사람"),
    "The user.": Callers("본인", "runner"),
    "Runners.": Callers("개인 사용자", "runner"),
    "Organizers.": Callers("주최자", "organizer"),
    "The race's organizer.": Callers("대회 주최자", "organizer"),
    "The race's organizer, from race day on.": Callers("대회 주최자, 대회 당일부터", "organizer"),
    "The runner, or the race's organizer.": Callers("참가자 본인 또는 대회 주최자", "runner"),
}


@dataclass(frozen=True)
class Operation:
    """One route of the contract."""

    id: str
    method: str
    path: str
    parameters: list[dict[str, Any]]
    definition: dict[str, Any]

    @property
    def function(self) -> str:
        """The binary: the operation's id, except for the second operation of a function."""
        return str(self.definition.get("x-function", self.id))

    @property
    def callers(self) -> str:
        """The first sentence of the description, which says who may call it."""
        description = str(self.definition["description"]).strip()
        sentence = description.split(". ")[0].split(".\n")[0].rstrip(".") + "."
        if sentence not in CALLERS:
            raise ValueError(f"{self.id}: the description must begin with who may call it, not with {sentence!r}")
        return sentence

    @property
    def status(self) -> int:
        """The status of a successful response."""
        (status,) = (int(status) for status in self.definition["responses"] if status.startswith("2"))
        return status

    @property
    def schemes(self) -> set[str]:
        """The security schemes without which it answers 401."""
        alternatives = self.definition["security"]
        return set() if {} in alternatives else {scheme for entry in alternatives for scheme in entry}

    @property
    def body(self) -> Any:
        """The example of the request body, or None without a body."""
        if "requestBody" not in self.definition:
            return None
        content = self.definition["requestBody"]["content"]["application/json"]
        if "example" in content:
            return content["example"]
        return _resolve(next(iter(content["examples"].values())))["value"]


@cache
def _contract() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(_CONTRACT.read_text(encoding="utf-8"))
    return document


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation in the order of the contract."""
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    for path, item in _contract()["paths"].items():
        for method, definition in item.items():
            if method == "parameters":
                continue
            parameters = [_resolve(entry) for entry in [*item.get("parameters", []), *definition.get("parameters", [])]]
            yield Operation(definition["operationId"], method.upper(), path, parameters, definition)


def _resolve(entry: dict[str, Any]) -> dict[str, Any]:
    """A parameter or an example, or what its reference points to."""
    if "$ref" not in entry:
        return entry
    target: Any = _contract()
    for part in entry["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    resolved: dict[str, Any] = target
    return resolved
