#!/usr/bin/env python3
"""Upload a build of the site to its bucket.

    deploy/upload_site.py <folder> <bucket> [<CloudFront distribution>]

A visitor never loads a page whose assets are missing: assets are uploaded first and pages last, and the files of the
previous release stay until the release after this one, for visitors whose browsers still show its pages.
"""

import mimetypes
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

# An object with the names of the current release's files, one per line.
RELEASE_LIST = ".files"


@dataclass(frozen=True)
class Plan:
    """Names of files to upload, in this order, and then to delete."""

    uploads: list[str]
    deletions: list[str]


def plan(new: Iterable[str], previous: Iterable[str], existing: Iterable[str]) -> Plan:
    """Plan a release with the files `new` after the release `previous`, in a bucket with the objects `existing`."""
    new, previous = set(new), set(previous)
    uploads = sorted(new, key=lambda name: (_upload_group(name), name))
    # Uploading the same release again must not delete the one before it.
    deletions = set() if new == previous else set(existing) - new - previous - {RELEASE_LIST}
    return Plan(uploads, sorted(deletions))


def headers(name: str) -> dict[str, str]:
    """Content type and cache control of a file, as arguments of PutObject."""
    # The names of assets contain a hash of their content, so their content never changes.
    cached = {"CacheControl": "public, max-age=31536000, immutable" if _is_asset(name) else "no-cache"}
    if name.endswith(".html"):
        return {**cached, "ContentType": "text/html; charset=utf-8"}
    guessed, _ = mimetypes.guess_type(name)
    return {**cached, "ContentType": guessed} if guessed else cached


def upload(s3: Any, folder: Path, bucket: str) -> Plan:
    """Upload the files of a folder, delete those of old releases, and return what was done."""
    new = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
    new = sorted(name for name in new if name != RELEASE_LIST)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    existing = {entry["Key"] for page in pages for entry in page.get("Contents", [])}
    previous = []
    if RELEASE_LIST in existing:
        previous = s3.get_object(Bucket=bucket, Key=RELEASE_LIST)["Body"].read().decode().splitlines()
    release = plan(new, previous, existing)
    for name in release.uploads:
        # Always, even if the content is the same: the headers may have changed.
        s3.put_object(Bucket=bucket, Key=name, Body=(folder / name).read_bytes(), **headers(name))
    for name in release.deletions:
        s3.delete_object(Bucket=bucket, Key=name)
    content = "".join(f"{name}\n" for name in new)
    s3.put_object(
        Bucket=bucket, Key=RELEASE_LIST, Body=content.encode(), CacheControl="no-cache", ContentType="text/plain"
    )
    return release


def invalidate(cloudfront: Any, distribution: str) -> None:
    """Invalidate all paths, and wait until that is done."""
    # All paths, because an edge may also have cached that a new file was missing.
    paths = {"Quantity": 1, "Items": ["/*"]}
    invalidation = cloudfront.create_invalidation(
        DistributionId=distribution, InvalidationBatch={"Paths": paths, "CallerReference": str(time.time_ns())}
    )["Invalidation"]["Id"]
    cloudfront.get_waiter("invalidation_completed").wait(DistributionId=distribution, Id=invalidation)


def main(arguments: list[str]) -> int:
    """Run the command and return the exit code."""
    if len(arguments) not in (2, 3):
        print("usage: deploy/upload_site.py <folder> <bucket> [<CloudFront distribution>]", file=sys.stderr)
        return 2
    folder, bucket = Path(arguments[0]), arguments[1]
    if not (folder / "index.html").is_file():
        print(f"{folder} has no index.html: build the site first", file=sys.stderr)
        return 1
    release = upload(boto3.client("s3"), folder, bucket)
    if len(arguments) == 3 and arguments[2]:
        invalidate(boto3.client("cloudfront"), arguments[2])
    print(f"{len(release.uploads)} files uploaded, {len(release.deletions)} old files deleted")
    return 0


def _is_asset(name: str) -> bool:
    return name.startswith("assets/")


def _upload_group(name: str) -> int:
    """Assets, then other files, then pages."""
    if _is_asset(name):
        return 0
    return 2 if name.endswith(".html") else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
