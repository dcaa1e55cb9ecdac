#!/usr/bin/env bash
# Compiles ahead of time: eng/publish-native.sh [KIND] [RUNTIME]
#
#   native        the default: into artifacts/native/RUNTIME the tool (fanwise), the C interface (libfanwise.so,
#                 fanwise.h) and, for x64, kernels for wider vectors (glibc-hwcaps), among which the C library's loader
#                 chooses by the processor when the program starts. Nothing else is needed but the C library.
#   static        the tool in one file without any library, for Alpine, old systems and images FROM scratch. It draws
#                 at 128 bits: it has no loader that could choose.
#   single-file   one file with the .NET runtime and precompiled code in it, for systems that no native compiler here
#                 reaches (win-x64, osx-arm64); what depends on vectors is compiled when it runs.
#   ready-to-run  assemblies with precompiled code, for a machine with the .NET runtime.
#
# RUNTIME is linux-x64 by default; native also makes linux-arm64 where Debian's gcc-aarch64-linux-gnu, clang and lld are.
# The baseline of x64 is x86-64-v2 (2009 and later).
set -eu
cd "$(dirname "$0")/.."
kind=${1:-native}
runtime=${2:-linux-x64}
quiet="--nologo -v quiet"

case $runtime in
    linux-arm64) cross="-p:ObjCopyName=aarch64-linux-gnu-objcopy -p:LinkerFlavor=lld" baseline="" ;;
    *) cross="-p:ObjCopyName=objcopy" baseline="-p:IlcInstructionSet=x86-64-v2" ;;
esac

# The assemblies are compiled once for all builds of a runtime, so that a program and its kernels know each other by them.
# What another build has left of machine code would be taken for this one's.
compile() { # project, name, further arguments
    local project=$1 name=$2 folder="$PWD/artifacts/aot/$runtime"
    shift 2
    rm -rf "$folder/obj/$project/release_$runtime/native"
    dotnet publish "src/$project" -c Release -r "$runtime" -p:PublishAot=true -p:StripSymbols=true -p:TreatWarningsAsErrors=true $quiet \
        $cross "$@" "-p:ArtifactsPath=$folder" -o "$folder/$name"
}

# Both kinds of precompiled code are made in one folder, and what one has left there is no code for the other.
forget() { rm -rf "artifacts/obj/Fanwise.Cli/release_$runtime"; }

case $kind in
    native)
        out=artifacts/native/$runtime
        rm -rf "$out"
        mkdir -p "$out"
        compile Fanwise.Cli tool $baseline
        compile Fanwise.Native library $baseline
        cp "artifacts/aot/$runtime/tool/Fanwise.Cli" "$out/fanwise"
        cp "artifacts/aot/$runtime/library/Fanwise.Native.so" "$out/libfanwise.so"
        cp src/Fanwise.Native/fanwise.h LICENSE "$out/"
        if [ "$runtime" = linux-x64 ]; then
            for level in x86-64-v3 x86-64-v4; do
                compile Fanwise.Kernels "$level" "-p:IlcInstructionSet=$level"
                mkdir -p "$out/glibc-hwcaps/$level"
                cp "artifacts/aot/$runtime/$level/Fanwise.Kernels.so" "$out/glibc-hwcaps/$level/libfanwise-kernels.so"
            done
        fi
        ;;
    static)
        out=artifacts/native/$runtime-static
        rm -rf "$out"
        mkdir -p "$out"
        compile Fanwise.Cli static $baseline -p:StaticExecutable=true -p:PositionIndependentExecutable=false
        cp "artifacts/aot/$runtime/static/Fanwise.Cli" "$out/fanwise"
        ;;
    single-file)
        out=artifacts/native/single-file
        rm -rf "$out"
        forget
        dotnet publish src/Fanwise.Cli -c Release -r "$runtime" --self-contained true -p:PublishSingleFile=true \
            -p:PublishTrimmed=true -p:PublishReadyToRun=true -p:TreatWarningsAsErrors=true $quiet -o "$out"
        ;;
    ready-to-run)
        out=artifacts/native/ready-to-run
        rm -rf "$out"
        forget
        dotnet publish src/Fanwise.Cli -c Release -r "$runtime" --self-contained false -p:PublishReadyToRun=true \
            -p:TreatWarningsAsErrors=true $quiet -o "$out"
        ;;
    *)
        echo "The kind of build is native, static, single-file or ready-to-run; received $kind." >&2
        exit 2
        ;;
esac
find "$out" -type f -exec ls -l {} +
