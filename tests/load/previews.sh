#!/usr/bin/env bash
# How late previews are, worker's step end to a viewer's connection, with 1 and 20 viewers, one of which never reads. Prints p50, p95, p99.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build tests/CanvasWeb.Web.Tests -c Release -v quiet -nodeReuse:false
tests/CanvasWeb.Web.Tests/bin/Release/net10.0/CanvasWeb.Web.Tests -class CanvasWeb.Web.Tests.Generation.PreviewLoad -explicit only -noColor -parallel none -showLiveOutput
