#!/usr/bin/env bash
# The test command: sets up what is missing, builds everything in Release and runs every test project.
#   tests/run.sh                 all tests; the last line is "N passed, N failed, N skipped"
#   tests/run.sh Diffusion       only the test projects whose name contains the word
# Needs the .NET 10 SDK. Node with npm is installed by apt-get where it is missing and this runs as root on Debian or Ubuntu.
set -uo pipefail
cd "$(dirname "$0")/.."
only=${1:-}

command -v dotnet >/dev/null || { echo "tests/run.sh: the .NET 10 SDK is missing: install it from https://dot.net and run this again."; echo "0 passed, 1 failed"; exit 1; }
if ! command -v npm >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq nodejs npm >/dev/null
  fi
  command -v npm >/dev/null || { echo "tests/run.sh: Node with npm is missing: install it (Debian: apt-get install nodejs npm) and run this again."; echo "0 passed, 1 failed"; exit 1; }
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if ! dotnet build CanvasWeb.sln -c Release -v quiet -nodeReuse:false; then
  echo "0 passed, 1 failed"
  exit 1
fi

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for project in tests/*.Tests; do
  name=$(basename "$project")
  case "$name" in *"$only"*) ;; *) continue ;; esac
  echo "== $name"
  # xunit.v3 test projects are programs: running them directly spares a test host per project.
  "$project/bin/Release/net10.0/$name" -noColor 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1)
  if [ -z "$summary" ]; then
    echo "$name: no summary (exit code $status): counted as one failure"
    failed=$((failed + 1))
    continue
  fi
  read -r total errors bad skips <<<"$(grep -oE '[0-9]+' <<<"$summary" | tr '\n' ' ')"
  passed=$((passed + total - bad - skips))
  failed=$((failed + bad + errors))
  skipped=$((skipped + skips))
  # A crash after the summary, or a summary without a test, is no pass.
  if [ "$total" = 0 ] || { [ "$status" != 0 ] && [ $((bad + errors)) = 0 ]; }; then failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
