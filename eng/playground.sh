#!/usr/bin/env bash
# eng/playground.sh [FOLDER]: the page that draws in a browser (samples/Playground), one folder that needs no server:
# artifacts/playground by default. Then every golden case that fits is drawn in headless Chromium and its bytes compared;
# without Chromium that is left out and said.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-artifacts/playground}
published=artifacts/playground-published
rm -rf "$published"
mkdir -p artifacts
# In a folder of its own: assemblies that others use stay what they are.
dotnet publish samples/Playground -c Release "-p:ArtifactsPath=$PWD/artifacts/playground-build" -o "$published" --nologo -v quiet -clp:NoSummary > artifacts/playground.log 2>&1 ||
    { cat artifacts/playground.log; exit 1; }
python3 eng/playground.py "$published" "$folder"
if command -v chromium > /dev/null; then
    python3 eng/playground_check.py "$folder"
else
    echo "Chromium is missing (apt-get install chromium): the golden cases were not drawn."
fi
