#!/usr/bin/env bash
# Apply the pending migrations to user_db and print the schema version: deploy/migrate.sh mrmrthon-prod
#
# A deployment does this itself before new code takes traffic. Running it again changes nothing and shows the version.
set -euo pipefail

function=$("$(dirname "$0")/output.sh" "$1" UserDbMigrateFunction)
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
# `aws lambda invoke` succeeds even if the function fails. By default it would invoke a slow function again.
error=$(AWS_MAX_ATTEMPTS=1 aws lambda invoke --function-name "$function" --cli-read-timeout 310 \
    --query FunctionError --output text "$answer")
echo "user_db: $(cat "$answer")"
[[ $error == None ]]
