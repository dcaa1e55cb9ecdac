#!/usr/bin/env bash
# eng/test-torchsharp.sh [RESULT.trx [ARGUMENT...]]: builds the package for TorchSharp and runs its tests on the real
# libtorch; the arguments go to dotnet test. Ends with 3 and a reason in its last line where this machine cannot: another
# system than Linux on x86-64, or a libstdc++ that is too old and no compiler to help it.
set -u
cd "$(dirname "$0")/.."
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "TorchSharp is tested on Linux on x86-64."; exit 3; }
trx=${1-}
shift $(($# > 0))
tests=tests/Fanwise.TorchSharp.Tests
output=artifacts/bin/Fanwise.TorchSharp.Tests/release
dotnet restore $tests --nologo -v quiet > artifacts/torchsharp.log 2>&1 ||
    { echo "libtorch could not be restored."; exit 3; }
dotnet build $tests -c Release --no-restore -p:Strict=true --nologo -v quiet -clp:NoSummary > artifacts/torchsharp.log 2>&1 ||
    { cat artifacts/torchsharp.log; exit 1; }

. eng/torchsharp-load.sh "$output" || { echo "This libstdc++ is older than TorchSharp's, and g++ or python3 is missing."; exit 3; }
[ -z "$trx" ] || set -- --logger "trx;LogFileName=$trx" "$@"
exec dotnet test "$output/Fanwise.TorchSharp.Tests.dll" --nologo "$@"
