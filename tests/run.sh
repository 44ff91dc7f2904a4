#!/usr/bin/env bash
# The test command: sets up what is missing, builds everything in Release and runs every test.
#   tests/run.sh                 all tests; the last line is "N passed, N failed, N skipped"
#   tests/run.sh Diffusion       only the suites whose name contains the word: test projects, "canvas-js", "e2e"
# Needs the .NET 10 SDK. Node with npm, PostgreSQL and Chromium are installed by apt-get where they are missing and this runs as root on
# Debian or Ubuntu; elsewhere install them yourself, or the tests that need PostgreSQL or a browser are skipped or fail with words.
set -uo pipefail
cd "$(dirname "$0")/.."
only=${1:-}

stop() { echo "tests/run.sh: $1"; echo "0 passed, 1 failed"; exit 1; }
command -v dotnet >/dev/null || stop "the .NET 10 SDK is missing: install it from https://dot.net and run this again."
missing=()
command -v npm >/dev/null || missing+=(nodejs npm)
ls -d /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium)
if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "== installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
command -v npm >/dev/null || stop "Node with npm is missing: install it (Debian: apt-get install nodejs npm) and run this again."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build CanvasWeb.sln -c Release -v quiet -nodeReuse:false || stop "the build failed."
[ tests/node_modules/.restored -nt tests/package-lock.json ] || { (cd tests && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error) && touch tests/node_modules/.restored; } || stop "npm ci in tests/ failed."

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# xunit.v3 test projects are programs: running them directly spares a test host per project.
for project in tests/*.Tests; do
  name=$(basename "$project")
  case "$name" in *"$only"*) ;; *) continue ;; esac
  echo "== $name"
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

# node's runner: the canvas modules, and the whole product in a browser.
node_suite() {
  local name=$1
  shift
  case "$name" in *"$only"*) ;; *) return ;; esac
  echo "== $name"
  "$@" 2>&1 | tee "$log"
  local status=${PIPESTATUS[0]} tests good skips
  tests=$(sed -n 's/^\(#\|ℹ\) tests //p' "$log" | tail -n 1)
  good=$(sed -n 's/^\(#\|ℹ\) pass //p' "$log" | tail -n 1)
  skips=$(sed -n 's/^\(#\|ℹ\) skipped //p' "$log" | tail -n 1)
  if [ -z "$tests" ] || [ "$tests" = 0 ]; then echo "$name: no summary (exit code $status): counted as one failure"; failed=$((failed + 1)); return; fi
  passed=$((passed + good)) failed=$((failed + tests - good - ${skips:-0})) skipped=$((skipped + ${skips:-0}))
  if [ "$status" != 0 ] && [ $((tests - good - ${skips:-0})) = 0 ]; then failed=$((failed + 1)); fi
}
case "canvas-js" in *"$only"*)
  echo "== types of the canvas modules"
  if (cd tests && npx --no-install tsc -p canvas-js/tsconfig.json --noEmit); then passed=$((passed + 1)); else failed=$((failed + 1)); fi ;;
esac
node_suite canvas-js node --test --test-reporter=spec tests/canvas-js/
node_suite e2e node --test --test-reporter=spec --test-concurrency=1 tests/e2e/

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
