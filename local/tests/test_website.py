"""The site's parts: when they are made anew, and where they lie."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from local import website


class PartsTest(unittest.TestCase):
    """What makes a part of the site old, and where it goes."""

    def setUp(self) -> None:
        """A folder like the project's, in which web/dist is newer than what it is made of."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        patch = mock.patch.object(website, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)
        for name in ("api/openapi.yaml", "web/src/pages/page.svelte", "web/package.json", "web/package-lock.json"):
            self._write(name, at=100)
        for name in ("index.html", "size.mjs", "svelte.config.js", "vite.config.ts", "public/icon.svg"):
            self._write(f"web/{name}", at=100)
        self._write("web/dist/index.html", at=200)
        self._write("web/dist/assets/index-1.js", at=200)
        for folder_ in self.root.rglob("*"):
            if folder_.is_dir():
                os.utime(folder_, (100, 100))

    def _write(self, name: str, at: int) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
        os.utime(file, (at, at))

    def test_what_is_newer_than_its_sources_is_current(self) -> None:
        """It is left as it is."""
        self.assertTrue(website._WEB.is_current())

    def test_a_changed_source_makes_it_old(self) -> None:
        """Whether the contract or the part itself has changed."""
        for name in ("api/openapi.yaml", "web/src/pages/page.svelte"):
            with self.subTest(name):
                self._write(name, at=300)
                self.assertFalse(website._WEB.is_current())
                self._write(name, at=100)

    def test_a_source_that_is_gone_makes_it_old(self) -> None:
        """A page that is removed leaves nothing behind."""
        (self.root / "web/src/pages/page.svelte").unlink()
        self.assertFalse(website._WEB.is_current())

    def test_what_is_generated_is_no_source(self) -> None:
        """The types of the API are written anew by each check."""
        self._write("web/src/schema.gen.ts", at=300)
        os.utime(self.root / "web/src", (100, 100))
        self.assertTrue(website._WEB.is_current())

    def test_the_page_of_the_api_lies_below_the_application(self) -> None:
        """The first page is the application's."""
        self._write("docs/dist/docs/index.html", at=200)
        self._write("docs/dist/docs/openapi.json", at=200)
        website.gather(self.root / "site")
        found = {file.relative_to(self.root / "site").as_posix() for file in (self.root / "site").rglob("*.*")}
        self.assertEqual(found, {"index.html", "assets/index-1.js", "docs/index.html", "docs/openapi.json"})


if __name__ == "__main__":
    unittest.main()
