#!/usr/bin/env bash
# Write the bill of materials of all functions, one CycloneDX document: deploy/sbom.sh sbom.cdx.json
#
# cargo-cyclonedx writes one for each package, of what is built for arm64 and what builds it; this is their union.
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
    # Where it was built says nothing about what it is made of.
    sed -e "s|file://$PWD/||g" -e 's|?download_url=file://[^"]*||' >"$target"
echo "$(jq '.components | length' "$target") components"
