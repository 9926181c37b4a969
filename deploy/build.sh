#!/usr/bin/env bash
# Build the functions for deployment into .aws-sam/build: deploy/build.sh
#
# Each binary contains the list of its dependencies, which `cargo audit bin`, trivy and grype read.
set -euo pipefail
cd "$(dirname "$0")/.."
export SQLX_OFFLINE=true

# All binaries at once, so that they link in parallel. `sam build` then finds them built.
cargo auditable lambda build --release --arm64 --locked
# cargo-auditable runs the program in CARGO; cargo builds that it starts embed the list as well.
CARGO=sam cargo-auditable auditable build
