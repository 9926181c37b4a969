#!/usr/bin/env bash
# Check that a deployed stack works, through its public address. Writes nothing.
#
#   deploy/smoke-test.sh https://mrmrthon.example          the API below /api, and the site
#   deploy/smoke-test.sh --api-only http://localhost:4566  the API alone
set -euo pipefail

site=yes
if [[ ${1-} == --api-only ]]; then
    site=no
    shift
fi
if [[ $# != 1 || $1 != http*://* ]]; then
    echo "usage: $0 [--api-only] <address>" >&2
    exit 2
fi
address=${1%/}
answer=$(mktemp -d)
trap 'rm -rf "$answer"' EXIT
failures=0

# request <name> <status> <path> [<options of curl>]: send a request and check the status of the answer.
request() {
    name=$1
    local expected=$2 path=$3 status
    shift 3
    : >"$answer/headers"
    : >"$answer/body"
    # Retry failed connections only, never wrong answers.
    for _ in 1 2 3; do
        status=$(curl --silent --show-error --max-time 20 --dump-header "$answer/headers" --output "$answer/body" \
            --write-out '%{http_code}' "$@" "$address$path") && break
        sleep 2
    done
    if [[ $status == "$expected" ]]; then
        echo "ok      $name: $status"
    else
        fail "status $status instead of $expected"
        head -c 500 "$answer/body" >&2
        echo >&2
    fi
}

# header <pattern>: check that the last answer has a header that matches.
header() {
    tr -d '\r' <"$answer/headers" | grep --quiet --ignore-case --extended-regexp "^$1" || fail "no header $1"
}

# body <pattern>: check that the body of the last answer matches.
body() {
    grep --quiet --ignore-case --extended-regexp "$1" "$answer/body" || fail "no $1 in the body"
}

fail() {
    echo "FAILED  $name: $1" >&2
    failures=$((failures + 1))
}

json='content-type: application/json'
problem='content-type: application/problem\+json'

request "races, from main_db" 200 "/api/marathons?limit=1"
header "$json"
body '"items"'
request "ranking, from user_db" 200 "/api/points?limit=1"
header "$json"
body '"items"'
request "unknown race" 404 /api/marathons/00000000-0000-7000-8000-000000000000
header "$problem"
# A new login_id each time: repeated failures would lock an account and change the answer.
request "wrong login" 401 /api/users/login --header "$json" \
    --data "{\"login_id\":\"smoke-test-$(date +%s)-$RANDOM\",\"password\":\"wrong-on-purpose\"}"
header "$problem"
request "login with an unknown field" 422 /api/users/login --header "$json" --data '{"smoke":"test"}'
header "$problem"
request "route that needs a token" 401 /api/users/me
# API Gateway may rename the header.
header '(x-amzn-remapped-)?www-authenticate: Bearer'

if [[ $site == yes ]]; then
    request "site" 200 /
    header 'content-type: text/html'
    header 'cache-control: .*no-cache'
    header 'x-content-type-options: nosniff'
    header 'referrer-policy: '
    header '(x-frame-options: |content-security-policy: .*frame-ancestors)'
    body '<html'
    if [[ $address == https://* ]]; then
        header 'strict-transport-security: max-age=[1-9]'
        address=http://${address#https://}
        request "site without TLS" 301 /
        header 'location: https://'
    fi
fi

if ((failures)); then
    echo "$failures failed" >&2
    exit 1
fi
