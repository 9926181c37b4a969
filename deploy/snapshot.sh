#!/usr/bin/env bash
# Keep what an environment of samconfig.toml runs, and bring it back:
#
#   deploy/snapshot.sh take prod <folder>      before a deployment
#   deploy/snapshot.sh restore prod <folder>   when it turned out to be bad
#
# The template that is deployed names the packages of its functions, which stay in their bucket: bringing it back builds
# nothing, and what runs then is what ran before, not what its sources would become today. The schema of user_db and the
# data stay as they are; a migration has to suit the code before it, too.
set -euo pipefail

if [[ $# != 3 || ! $1 =~ ^(take|restore)$ ]]; then
    echo "usage: $0 take|restore <environment> <folder>" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
environment=$2
stack=mrmrthon-$environment
folder=$3

stack_query() {
    aws cloudformation describe-stacks --stack-name "$stack" --query "$1" --output text
}

take() {
    mkdir -p "$folder/site"
    aws cloudformation get-template --stack-name "$stack" --template-stage Original \
        --query TemplateBody --output text >"$folder/template.yaml"
    # A parameter that is kept secret reads ****: what it was is what it will be.
    stack_query 'Stacks[0].Parameters[].[ParameterKey,ParameterValue]' |
        awk -F '\t' '$2 != "****" { gsub(/["\\]/, "\\\\&", $2); print $1 "=\"" $2 "\"" }' >"$folder/parameters"
    aws s3 sync --only-show-errors "s3://$("$here/output.sh" "$stack" SiteBucket)" "$folder/site" --exclude .files
}

restore() {
    # A deployment that took too long is still under way.
    case $(stack_query 'Stacks[0].StackStatus') in
        UPDATE_IN_PROGRESS)
            aws cloudformation cancel-update-stack --stack-name "$stack"
            aws cloudformation wait stack-rollback-complete --stack-name "$stack"
            ;;
        UPDATE_COMPLETE_*) aws cloudformation wait stack-update-complete --stack-name "$stack" ;;
        *ROLLBACK*IN_PROGRESS) aws cloudformation wait stack-rollback-complete --stack-name "$stack" ;;
    esac
    local parameters
    mapfile -t parameters <"$folder/parameters"
    # sam would look for its configuration beside the template.
    sam deploy --config-file "$here/../samconfig.toml" --config-env "$environment" \
        --template-file "$folder/template.yaml" --no-confirm-changeset --no-fail-on-empty-changeset \
        --parameter-overrides "${parameters[@]}"
    if [[ -f $folder/site/index.html ]]; then
        "$here/upload-site.sh" "$folder/site" "$("$here/output.sh" "$stack" SiteBucket)" \
            "$("$here/output.sh" "$stack" DistributionId)"
    fi
}

"$1"
