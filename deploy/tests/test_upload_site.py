"""Uploads of the site: order, headers and deletions."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from typing import Any

from deploy.upload_site import RELEASE_LIST, Plan, headers, invalidate, main, plan, upload

_FIRST = ["assets/app-1.js", "favicon.svg", "index.html"]
_SECOND = ["assets/app-2.js", "docs/index.html", "favicon.svg", "index.html"]


class PlanTest(unittest.TestCase):
    """What is uploaded and deleted."""

    def test_uploads_assets_first_and_pages_last(self) -> None:
        """A page never precedes what it loads."""
        new = ["index.html", "docs/index.html", "robots.txt", "assets/b.js", "assets/a.css", "docs/openapi.json"]
        self.assertEqual(
            plan(new, [], []).uploads,
            ["assets/a.css", "assets/b.js", "docs/openapi.json", "robots.txt", "docs/index.html", "index.html"],
        )

    def test_keeps_the_previous_release_and_deletes_older_files(self) -> None:
        """Browsers may still show pages of the previous release."""
        existing = [*_FIRST, "assets/app-0.js", RELEASE_LIST]
        self.assertEqual(plan(_SECOND, _FIRST, existing).deletions, ["assets/app-0.js"])

    def test_deletes_nothing_when_the_same_release_is_uploaded_again(self) -> None:
        """Otherwise the previous release would be lost."""
        existing = [*_FIRST, *_SECOND, RELEASE_LIST]
        self.assertEqual(plan(_SECOND, _SECOND, existing).deletions, [])

    def test_uploads_everything_to_an_empty_bucket(self) -> None:
        """The first release."""
        self.assertEqual(plan(_FIRST, [], []), Plan(_FIRST, []))


class HeadersTest(unittest.TestCase):
    """Content types and cache headers."""

    def test_only_assets_are_cached(self) -> None:
        """Their names contain a hash."""
        self.assertEqual(headers("assets/app-1.js")["CacheControl"], "public, max-age=31536000, immutable")
        for name in ("index.html", "favicon.svg", "docs/openapi.json", "docs/assets/x.js"):
            with self.subTest(name):
                self.assertEqual(headers(name)["CacheControl"], "no-cache")

    def test_content_type_follows_the_name(self) -> None:
        """Pages are UTF-8; unknown types are left to S3."""
        self.assertEqual(headers("docs/index.html")["ContentType"], "text/html; charset=utf-8")
        self.assertEqual(headers("assets/app-1.css")["ContentType"], "text/css")
        self.assertEqual(headers("favicon.svg")["ContentType"], "image/svg+xml")
        self.assertNotIn("ContentType", headers("LICENSE"))


class UploadTest(unittest.TestCase):
    """The calls to S3 and CloudFront, against fakes."""

    def setUp(self) -> None:
        """A bucket and a folder."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.s3 = _FakeS3()

    def release(self, names: list[str]) -> Plan:
        """Upload a release with these files."""
        for file in self.folder.rglob("*.*"):
            file.unlink()
        for name in names:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(name)
        return upload(self.s3, self.folder, "bucket")

    def test_a_release_replaces_the_one_before_the_previous(self) -> None:
        """Three releases, of which two stay."""
        self.release(["index.html", "assets/1.js"])
        self.release(["index.html", "assets/2.js"])
        self.assertEqual(self.release(["index.html", "assets/3.js"]).deletions, ["assets/1.js"])
        self.assertEqual(set(self.s3.objects), {RELEASE_LIST, "index.html", "assets/2.js", "assets/3.js"})

    def test_stores_the_release_list_last(self) -> None:
        """An interrupted upload is no release."""
        self.release(["index.html", "assets/1.js"])
        self.assertEqual(self.s3.calls, ["put assets/1.js", "put index.html", f"put {RELEASE_LIST}"])
        self.assertEqual(self.s3.objects[RELEASE_LIST]["Body"], b"assets/1.js\nindex.html\n")
        self.assertEqual(self.s3.objects[RELEASE_LIST]["ContentType"], "text/plain")

    def test_fails_without_a_site(self) -> None:
        """The site was not built."""
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(main([str(self.folder), "bucket"]), 1)
            self.assertEqual(main([str(self.folder)]), 2)

    def test_invalidates_all_paths_and_waits(self) -> None:
        """Edges may have cached anything."""
        cloudfront = _FakeCloudFront()
        invalidate(cloudfront, "E1")
        self.assertEqual(cloudfront.calls, [("E1", ["/*"]), ("invalidation_completed", "E1", "I1")])


class _FakeS3:
    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []

    def get_paginator(self, _name: str) -> "_FakeS3":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        # A page without objects has no "Contents".
        return [{"Contents": [{"Key": key}]} for key in self.objects] or [{}]

    def get_object(self, *, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return {"Body": io.BytesIO(self.objects[Key]["Body"])}

    def put_object(self, *, Key: str, **arguments: Any) -> None:  # noqa: N803 - boto3's name
        self.calls.append(f"put {Key}")
        self.objects[Key] = arguments

    def delete_object(self, *, Key: str, **_: str) -> None:  # noqa: N803 - boto3's name
        self.calls.append(f"delete {Key}")
        del self.objects[Key]


class _FakeCloudFront:
    def __init__(self) -> None:
        self.calls: list[Any] = []

    def create_invalidation(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append((arguments["DistributionId"], arguments["InvalidationBatch"]["Paths"]["Items"]))
        return {"Invalidation": {"Id": "I1"}}

    def get_waiter(self, name: str) -> "_FakeCloudFront":
        self.waiter = name
        return self

    def wait(self, **arguments: str) -> None:
        self.calls.append((self.waiter, arguments["DistributionId"], arguments["Id"]))


if __name__ == "__main__":
    unittest.main()
