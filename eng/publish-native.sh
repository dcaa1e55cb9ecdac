#!/usr/bin/env bash
# Publishes the tool compiled ahead of time: eng/publish-native.sh [x86-64-v3|x86-64-v4|portable|single-file|ready-to-run] [RUNTIME]. Output: artifacts/native/KIND.
#   x86-64-v3  for processors with AVX2 and FMA (2013 and later): draws at 256 bits. The default.
#   x86-64-v4  for processors with AVX-512: draws at 512 bits.
#   portable   for every x64 processor: draws at 128 bits.
#   single-file   one file with the .NET runtime and precompiled code in it, for every processor: what depends on vectors is compiled when it runs, at the widest that there is.
#   ready-to-run  no native file but assemblies with precompiled code, for a machine with the .NET runtime; else as single-file.
# The native compiler fixes the answer to "which vectors are accelerated?" when it compiles, by the instruction set it is given; a build for less runs on more, but no wider.
# A processor that lacks what a build needs is told so by the runtime, in one sentence, before anything else runs.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-x86-64-v3}
runtime=${2:-linux-x64}
rm -rf artifacts/obj/*/"release_$runtime" # what another kind has left would be taken for this one's
case $kind in
    x86-64-v3 | x86-64-v4) set -- "-p:IlcInstructionSet=$kind" ;;
    portable) set -- ;;
    single-file)
        dotnet publish src/Fanwise.Cli -c Release -r "$runtime" --self-contained true -p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true -p:Strict=true -o "artifacts/native/$kind"
        ls -l "artifacts/native/$kind"
        exit
        ;;
    ready-to-run)
        dotnet publish src/Fanwise.Cli -c Release -r "$runtime" --self-contained false -p:PublishReadyToRun=true -p:Strict=true -o "artifacts/native/$kind"
        exit
        ;;
    *) echo "The kind of build is x86-64-v3, x86-64-v4, portable, single-file or ready-to-run; received $kind." >&2; exit 2 ;;
esac
dotnet publish src/Fanwise.Cli -c Release -r "$runtime" -p:PublishAot=true -p:StripSymbols=true -p:Strict=true "$@" -o "artifacts/native/$kind"
ls -l "artifacts/native/$kind"
