#!/usr/bin/env bash
# Install the tools that deploy, and with --build those that build, into <folder>/bin:
#
#   deploy/install-tools.sh [--build] <folder>
set -euo pipefail

build=no
if [[ ${1-} == --build ]]; then
    build=yes
    shift
fi
if [[ $# != 1 ]]; then
    echo "usage: $0 [--build] <folder>" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)

python3 -m venv "$1"
"$1/bin/pip" install --quiet --disable-pip-version-check \
    --requirement "$here/requirements.txt" --constraint "$here/../local/constraints.txt"
if [[ $build == yes ]]; then
    rustup target add aarch64-unknown-linux-gnu
    cargo install --quiet --locked --root "$1" --version 0.7.7 cargo-auditable
    cargo install --quiet --locked --root "$1" --version 0.5.9 cargo-cyclonedx
fi
