"""MiniStack stays behind local/emulator, and SAM's routes are understood."""

import re
import unittest

from local.emulator.api_routes import Route, routes
from local.instance import ROOT

_IMPORT = re.compile(r"^\s*(?:from|import) ministack\b", re.MULTILINE)


class ImportTest(unittest.TestCase):
    """Who imports MiniStack."""

    def test_only_the_emulator_package_imports_ministack(self) -> None:
        """So that the workarounds can be deleted one by one."""
        local = ROOT / "local"
        importers = {
            file.relative_to(local).parts[0] for file in local.rglob("*.py") if _IMPORT.search(file.read_text())
        }
        self.assertEqual(importers, {"emulator"})


class RoutesTest(unittest.TestCase):
    """The OpenAPI body that SAM generates."""

    def test_reads_functions_and_aliases(self) -> None:
        """With and without gradual deployment, the default route, and any method."""
        body = {
            "paths": {
                "/users": {"post": _operation("${UsersSignup.Arn}"), "get": _operation("${UsersListAliaslive}")},
                "/$default": {"x-amazon-apigateway-any-method": _operation("${NotFound.Arn}")},
                "/any": {"x-amazon-apigateway-any-method": _operation("${Any.Arn}")},
                "/none": {"get": {}},
            }
        }
        self.assertEqual(
            routes(body),
            [
                Route("POST /users", "UsersSignup"),
                Route("GET /users", "UsersList"),
                Route("$default", "NotFound"),
                Route("ANY /any", "Any"),
            ],
        )


def _operation(function: str) -> dict[str, object]:
    uri = f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{function}/invocations"
    return {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": uri}}}


if __name__ == "__main__":
    unittest.main()
