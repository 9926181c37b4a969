#!/usr/bin/env bash
# Build what is deployed into .aws-sam/build, each binary with the list of its dependencies in it: deploy/build.sh
#
# `cargo audit bin`, trivy and grype read that list, also from a package that was deployed long ago.
set -euo pipefail
cd "$(dirname "$0")/.."
export SQLX_OFFLINE=true

# All binaries at once, so that links run side by side; what follows finds them built, because it builds the same
# packages in the same way.
cargo auditable lambda build --release --arm64 --locked
# cargo-auditable runs whatever CARGO names, and has every build below it keep the list.
CARGO=sam cargo-auditable auditable build
