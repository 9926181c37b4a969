#!/usr/bin/env bash
# Build the site into web/dist, with the API documentation in web/dist/docs: deploy/build-site.sh
set -euo pipefail
cd "$(dirname "$0")/.."

for part in docs web; do
    npm ci --prefix "$part" --no-audit --no-fund
    npm run build --prefix "$part"
done
rm -rf web/dist/docs
cp -R docs/dist/docs web/dist/docs
