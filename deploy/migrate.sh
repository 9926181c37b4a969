#!/usr/bin/env bash
# Bring user_db to the newest schema and print its version: deploy/migrate.sh mrmrthon-prod
#
# A deployment does this itself before new code takes traffic. Once more changes nothing, and shows that it did.
set -euo pipefail

function=$("$(dirname "$0")/output.sh" "$1" UserDbMigrateFunction)
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
# The call succeeds when the function fails, and would be made again while the function is still at work.
error=$(AWS_MAX_ATTEMPTS=1 aws lambda invoke --function-name "$function" --cli-read-timeout 310 \
    --query FunctionError --output text "$answer")
echo "user_db: $(cat "$answer")"
[[ $error == None ]]
