#!/usr/bin/env bash
# Kills the real site (and sometimes only its worker) with -9 at random points, N times on SQLite and N times on PostgreSQL, while somebody goes
# on generating. Fails if a credit is lost or doubled or a job is stuck.   tests/load/kills.sh [N=50] [SEED=1]
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 CANVAS_KILLS=${1:-50} CANVAS_SEED=${2:-1}
dotnet build tests/CanvasWeb.Web.Tests -c Release -v quiet -nodeReuse:false
tests/CanvasWeb.Web.Tests/bin/Release/net10.0/CanvasWeb.Web.Tests -class CanvasWeb.Web.Tests.Generation.KillTests -noColor -diagnostics
