"""`make generate` covers every generated section."""

import subprocess
import unittest

from local import generate
from local.instance import ROOT


class FilesTest(unittest.TestCase):
    """The files with sections for cog."""

    def test_lists_every_file_with_a_section(self) -> None:
        """A section in a file that is not listed would never be checked."""
        begin = "[[[" + "cog"
        command = ["git", "grep", "--files-with-matches", "--fixed-strings", "--untracked", begin]
        files = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
        self.assertEqual(sorted(files), sorted(generate.FILES))


if __name__ == "__main__":
    unittest.main()
