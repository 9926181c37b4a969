"""The parts of the site: when they are rebuilt, and where their files go."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from local import website


class PartsTest(unittest.TestCase):
    """With a folder like the project's."""

    def setUp(self) -> None:
        """Create sources, and a newer web/dist."""
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

    def test_is_current_when_newer_than_its_sources(self) -> None:
        """Then it is not rebuilt."""
        self.assertTrue(website._WEB.is_current())

    def test_is_outdated_when_a_source_changes(self) -> None:
        """The contract or the application."""
        for name in ("api/openapi.yaml", "web/src/pages/page.svelte"):
            with self.subTest(name):
                self._write(name, at=300)
                self.assertFalse(website._WEB.is_current())
                self._write(name, at=100)

    def test_is_outdated_when_a_source_is_deleted(self) -> None:
        """A deleted page must disappear from the site."""
        (self.root / "web/src/pages/page.svelte").unlink()
        self.assertFalse(website._WEB.is_current())

    def test_ignores_generated_sources(self) -> None:
        """Each check rewrites the types of the API."""
        self._write("web/src/schema.gen.ts", at=300)
        os.utime(self.root / "web/src", (100, 100))
        self.assertTrue(website._WEB.is_current())

    def test_puts_the_api_documentation_below_docs(self) -> None:
        """The application is at the root."""
        self._write("docs/dist/docs/index.html", at=200)
        self._write("docs/dist/docs/openapi.json", at=200)
        website.gather(self.root / "site")
        found = {file.relative_to(self.root / "site").as_posix() for file in (self.root / "site").rglob("*.*")}
        self.assertEqual(found, {"index.html", "assets/index-1.js", "docs/index.html", "docs/openapi.json"})


if __name__ == "__main__":
    unittest.main()
