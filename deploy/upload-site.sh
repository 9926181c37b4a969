#!/usr/bin/env bash
# Upload a site, so that no visitor ever meets a page whose files are not there: what pages load first, pages last, and
# what only the pages of the release before load goes with the release after this one.
#
#   deploy/upload-site.sh <folder> <bucket> [<CloudFront distribution>]
set -euo pipefail
export LC_ALL=C # comm wants the order that sort makes

if [[ $# -lt 2 || $# -gt 3 ]]; then
    echo "usage: $0 <folder> <bucket> [<CloudFront distribution>]" >&2
    exit 2
fi
folder=${1%/}
bucket=$2
distribution=${3-}
if [[ ! -f $folder/index.html ]]; then
    echo "$folder has no index.html: build the site first" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The names of what each release consists of; the bucket keeps the list of the current one.
list=.files
(cd "$folder" && find . -type f ! -path "./$list" | sed 's|^\./||' | sort) >"$work/new"
aws s3api list-objects-v2 --bucket "$bucket" --query 'Contents[].[Key]' --output text | sort >"$work/there"
: >"$work/previous"
if grep --quiet --line-regexp --fixed-strings "$list" "$work/there"; then
    aws s3 cp --only-show-errors "s3://$bucket/$list" "$work/previous"
fi

upload() {
    # cp, not sync, which would leave a file as it is, headers and all, when only its headers have to change.
    aws s3 cp --recursive --only-show-errors "$folder" "s3://$bucket" --exclude '*' "$@"
}
# Names in assets/ hold a hash of their content: they never change.
upload --include 'assets/*' --cache-control 'public, max-age=31536000, immutable'
upload --include '*' --exclude 'assets/*' --exclude '*.html' --exclude "$list" --cache-control no-cache
upload --include '*.html' --exclude 'assets/*' --cache-control no-cache --content-type 'text/html; charset=utf-8'

{ echo "$list" && cat "$work/new" "$work/previous"; } | sort --unique >"$work/keep"
: >"$work/old"
# The same release once more makes nothing older.
if ! cmp --silent "$work/new" "$work/previous"; then
    comm -23 "$work/there" "$work/keep" | { grep --invert-match --line-regexp None || true; } >"$work/old"
fi
while IFS= read -r name; do
    aws s3 rm --only-show-errors "s3://$bucket/$name" </dev/null
done <"$work/old"
aws s3 cp --only-show-errors --cache-control no-cache --content-type text/plain "$work/new" "s3://$bucket/$list"

if [[ $distribution ]]; then
    # All of it, as a file may have been asked for, and its absence cached, before it was there.
    invalidation=$(aws cloudfront create-invalidation --distribution-id "$distribution" --paths '/*' \
        --query Invalidation.Id --output text)
    aws cloudfront wait invalidation-completed --distribution-id "$distribution" --id "$invalidation"
fi
echo "$(wc -l <"$work/new" | tr -d ' ') files uploaded, $(wc -l <"$work/old" | tr -d ' ') old ones removed"
