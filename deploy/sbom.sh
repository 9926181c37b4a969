#!/usr/bin/env bash
# Write the software bill of materials (SBOM) of all functions as one CycloneDX document: deploy/sbom.sh sbom.cdx.json
#
# cargo-cyclonedx writes one document per package, with build dependencies and those of arm64; this merges them.
set -euo pipefail

target=$(realpath "$1")
cd "$(dirname "$0")/.."
name=sbom-of-package
trap 'find . -name "$name.json" -not -path "./target/*" -delete' EXIT

cargo cyclonedx --quiet --format json --spec-version 1.5 --target aarch64-unknown-linux-gnu --override-filename "$name"
jq --slurp --arg version "$(git describe --tags --always)" '
    [.[].metadata.component | del(.components)] as $packages
    | .[0] + {
        metadata: (.[0].metadata + {
            component: {type: "application", "bom-ref": "mrmrthon", name: "mrmrthon", version: $version}
        }),
        components: ([$packages[], .[].components[]] | unique_by(."bom-ref")),
        dependencies: (
            [{ref: "mrmrthon", dependsOn: [$packages[]."bom-ref"]}, .[].dependencies[]]
            | group_by(.ref)
            | map({ref: .[0].ref, dependsOn: (map(.dependsOn // []) | add | unique)})
        )
    }' functions/*/"$name.json" |
    # Remove the paths of this machine.
    sed -e "s|file://$PWD/||g" -e 's|?download_url=file://[^"]*||' >"$target"
echo "$(jq '.components | length' "$target") components"
