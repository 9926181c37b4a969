#!/usr/bin/env bash
# Ask a deployed stack, through its public address, the few questions whose answers show that it works. Writes nothing.
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

# ask <what> <status> <path> [<curl's options>]: a request, and the status that it has to be answered with.
ask() {
    what=$1
    local expected=$2 path=$3 status
    shift 3
    : >"$answer/headers"
    : >"$answer/body"
    # Only a connection that failed is tried again: an answer that is wrong is what this looks for.
    for _ in 1 2 3; do
        status=$(curl --silent --show-error --max-time 20 --dump-header "$answer/headers" --output "$answer/body" \
            --write-out '%{http_code}' "$@" "$address$path") && break
        sleep 2
    done
    if [[ $status == "$expected" ]]; then
        echo "ok      $what: $status"
    else
        refuse "$status instead of $expected"
        head -c 500 "$answer/body" >&2
        echo >&2
    fi
}

# header <pattern>: a line that the headers of the last answer have to hold.
header() {
    tr -d '\r' <"$answer/headers" | grep --quiet --ignore-case --extended-regexp "^$1" || refuse "no header $1"
}

# body <pattern>: what its text has to hold.
body() {
    grep --quiet --ignore-case --extended-regexp "$1" "$answer/body" || refuse "no $1 in the text"
}

refuse() {
    echo "FAILED  $what: $1" >&2
    failures=$((failures + 1))
}

json='content-type: application/json'
problem='content-type: application/problem\+json'

ask "races, from main_db" 200 "/api/marathons?limit=1"
header "$json"
body '"items"'
ask "ranking, from user_db" 200 "/api/points?limit=1"
header "$json"
body '"items"'
ask "a race that is not there" 404 /api/marathons/00000000-0000-7000-8000-000000000000
header "$problem"
# Another name each time: failures in a row for one name would lock it, and the answer would be another.
ask "a login that is wrong" 401 /api/users/login --header "$json" \
    --data "{\"login_id\":\"smoke-test-$(date +%s)-$RANDOM\",\"password\":\"wrong-on-purpose\"}"
header "$problem"
ask "a login with an unknown field" 422 /api/users/login --header "$json" --data '{"smoke":"test"}'
header "$problem"
ask "a route that needs a token" 401 /api/users/me
header 'www-authenticate: Bearer'

if [[ $site == yes ]]; then
    ask "the site" 200 /
    header 'content-type: text/html'
    header 'cache-control: .*no-cache'
    header 'x-content-type-options: nosniff'
    header 'referrer-policy: '
    header '(x-frame-options: |content-security-policy: .*frame-ancestors)'
    body '<html'
    if [[ $address == https://* ]]; then
        header 'strict-transport-security: max-age=[1-9]'
        address=http://${address#https://}
        ask "the site without TLS" 301 /
        header 'location: https://'
    fi
fi

if ((failures)); then
    echo "$failures failed" >&2
    exit 1
fi
