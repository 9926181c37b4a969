#!/usr/bin/env bash
# Save the deployed release of an environment of samconfig.toml, and restore it:
#
#   deploy/snapshot.sh take prod <folder>      before a deployment
#   deploy/snapshot.sh restore prod <folder>   to undo the deployment
#
# The deployed template names the packages of its functions, which stay in their bucket. So restoring builds nothing: the
# same packages run again. The schema of user_db and the data stay as they are, so a migration must also work with the
# previous release's code.
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
    # Values of NoEcho parameters read ****; without an override they keep their value.
    stack_query 'Stacks[0].Parameters[].[ParameterKey,ParameterValue]' |
        awk -F '\t' '$2 != "****" { gsub(/["\\]/, "\\\\&", $2); print $1 "=\"" $2 "\"" }' >"$folder/parameters"
    aws s3 sync --only-show-errors "s3://$("$here/output.sh" "$stack" SiteBucket)" "$folder/site" --exclude .files
}

restore() {
    # The deployment to undo may still be running.
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
    # By default sam looks for its configuration next to the template.
    sam deploy --config-file "$here/../samconfig.toml" --config-env "$environment" \
        --template-file "$folder/template.yaml" --no-confirm-changeset --no-fail-on-empty-changeset \
        --parameter-overrides "${parameters[@]}"
    if [[ -f $folder/site/index.html ]]; then
        "$here/upload_site.py" "$folder/site" "$("$here/output.sh" "$stack" SiteBucket)" \
            "$("$here/output.sh" "$stack" DistributionId)"
    fi
}

"$1"
