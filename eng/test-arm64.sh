#!/usr/bin/env bash
# Runs the sampling tests as Arm64 code under emulation: eng/test-arm64.sh RESULT.trx. Needs qemu-user-static, the
# libraries of Arm64 below /usr/aarch64-linux-gnu (libc6-arm64-cross, libstdc++6-arm64-cross), and OpenSSL for Arm64, which
# the test framework wants, in artifacts/arm64/lib (.ci/run puts it there). Exit code 3: something of these is missing.
set -eu
cd "$(dirname "$0")/.."
result=$(realpath -m "$1")
libraries=$PWD/artifacts/arm64/lib
for needed in /usr/aarch64-linux-gnu/lib/libstdc++.so.6 "$libraries/libssl.so.3"; do
    [ -e "$needed" ] || { echo "$needed is missing"; exit 3; }
done
command -v qemu-aarch64-static > /dev/null || { echo "qemu-aarch64-static is missing"; exit 3; }

out=artifacts/arm64/Fanwise.Tests
dotnet publish tests/Fanwise.Tests -c Release -r linux-arm64 --self-contained true --nologo -v quiet \
    "-p:ArtifactsPath=$PWD/artifacts/arm64/build" -o "$out"
# The emulator does not follow a just-in-time compiler that writes to one mapping of its code and runs another.
export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredCompilation=0
qemu-aarch64-static -cpu cortex-a72 -L /usr/aarch64-linux-gnu -E "LD_LIBRARY_PATH=$libraries" \
    "$out/Fanwise.Tests" -trait Category=Sampling -parallelMode none -noColor -result-trx "$result"
