"""`make generate` finds the files that it generates."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from local import generate
from local.errors import UserError


class FilesTest(unittest.TestCase):
    """Files with sections for cog."""

    def setUp(self) -> None:
        """A project with the listed files, none of which has a section."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        patch = mock.patch.object(generate, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)
        for name in generate.FILES:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text("text\n")

    def test_skips_files_without_a_section(self) -> None:
        """Only files with a section are passed to cog."""
        (self.root / "docs/cost.md").write_text("<!-- [[[cog ]]] -->\n<!-- [[[end]]] -->\n")
        self.assertEqual(generate.files_with_sections(), ["docs/cost.md"])

    def test_fails_without_any_section(self) -> None:
        """Otherwise the check would check nothing."""
        with self.assertRaises(UserError):
            generate.files_with_sections()

    def test_skips_modules_that_do_not_exist(self) -> None:
        """A module is a file, or a package that can be run."""
        (self.root / "docs/cost.md").write_text("[[[cog ]]]\n")
        self.assertEqual(len(generate._commands(check=True)), 1)
        (self.root / "monitoring").mkdir()
        (self.root / "monitoring/__main__.py").touch()
        _, monitoring = generate._commands(check=True)
        self.assertEqual(monitoring[1:], ["-m", "monitoring", "--check"])


if __name__ == "__main__":
    unittest.main()
