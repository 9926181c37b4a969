"""What `sam deploy --guided` asks."""

import unittest

from samcli.commands.deploy.auth_utils import auth_per_resource
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

from infra.templates import APPLICATION


class Guided(unittest.TestCase):
    """Questions of `sam deploy --guided`."""

    def test_does_not_ask_about_the_authorization_of_routes(self) -> None:
        """It asks for each route of an API without `Auth` whether it may have no authorization, by default no."""
        stacks, _ = SamLocalStackProvider.get_stacks(str(APPLICATION))
        routes = auth_per_resource(stacks)
        self.assertGreater(len(routes), 30)
        self.assertEqual([name for name, has_authorization in routes if not has_authorization], [])


if __name__ == "__main__":
    unittest.main()
