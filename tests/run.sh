#!/usr/bin/env bash
# Builds Perch and runs every test project. Needs the .NET 10 SDK; what else the tests want it installs where it may, and
# otherwise says which tests are skipped. Ends with the line "N passed, M failed, K skipped"; fails if a test failed or none ran.
set -uo pipefail

# What a shell starts in the background ignores Ctrl+C, and so would every server that the tests interrupt.
if [ -z "${PERCH_SIGNALS_RESET:-}" ] && env --default-signal=INT,QUIT true 2> /dev/null; then
    PERCH_SIGNALS_RESET=yes exec env --default-signal=INT,QUIT bash "${BASH_SOURCE[0]}" "$@"
fi

unset PERCH_SIGNALS_RESET
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# English, because the summaries are read below. No build servers: they would outlive this script.
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

passed=0 failed=0 skipped=0

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# install FILE PACKAGE: never fails, the tests that need the file, or the program on the PATH, are skipped without it.
install() {
    local file=$1 package=$2 root=()
    present "$file" && return
    [ "$(id -u)" -eq 0 ] || root=(sudo -n)
    if command -v apt-get > /dev/null && "${root[@]}" true 2> /dev/null; then
        echo "Installing $package"
        # The package lists of a fresh machine are empty or old.
        [ -n "${lists_updated:-}" ] || DEBIAN_FRONTEND=noninteractive timeout 120 "${root[@]}" apt-get update -qq > /dev/null 2>&1
        lists_updated=yes
        DEBIAN_FRONTEND=noninteractive timeout 240 "${root[@]}" apt-get install -qq -y --no-install-recommends "$package" > /dev/null 2>&1
    fi

    present "$file" || echo "$file is not there and could not be installed ($package): the tests that need it are skipped"
}

present() {
    command -v "$1" > /dev/null || [ -e "$1" ]
}

if ! command -v dotnet > /dev/null; then
    echo "The .NET 10 SDK is needed: there is no dotnet on the PATH"
    failed=1
    finish
fi

install curl curl
install nginx nginx
install systemd-socket-activate systemd
install nghttp nghttp2-client
install cc gcc
install /usr/include/stdlib.h libc6-dev
install /usr/share/llhttp/llhttp.c node-llhttp
install python3 python3
modules=/usr/lib/python3/dist-packages
for module in fastapi starlette django quart flask uvicorn httptools uvloop websockets; do
    install $modules/$module python3-$module
done
install $modules/multipart python3-multipart

echo "Building"
if ! dotnet build Adapter.sln -c Release --nologo -v quiet -clp:NoSummary; then
    echo "The build failed"
    failed=1
    finish
fi

output=$(mktemp)
trap 'rm -f "$output"' EXIT
for project in tests/*/*.csproj; do
    case $project in *.Benchmarks.csproj) continue ;; esac
    echo
    echo "== $(basename "$project" .csproj)"
    dotnet test "$project" -c Release --no-build --nologo --logger "console;verbosity=minimal" \
        --blame-hang --blame-hang-timeout 8min --blame-hang-dump-type none --results-directory "$(mktemp -d)" 2>&1 | tee "$output"
    status=${PIPESTATUS[0]}
    summary=$(sed -nE 's/^(Passed|Failed|Skipped)! +- Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+),.*/\2 \3 \4/p' "$output" | tail -1)
    read -r project_failed project_passed project_skipped <<< "${summary:-0 0 0}"
    if [ "$status" -ne 0 ] && [ "$project_failed" -eq 0 ]; then
        echo "The run of $(basename "$project" .csproj) ended with status $status without naming a failed test"
        project_failed=1
    fi

    passed=$((passed + project_passed)) failed=$((failed + project_failed)) skipped=$((skipped + project_skipped))
done

echo
finish
