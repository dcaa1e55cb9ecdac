#!/usr/bin/env bash
# Makes everything that a release publishes: eng/release.sh VERSION. Output, in artifacts/release/VERSION:
#
#   Fanwise*.nupkg, .snupkg          the packages, with their symbols
#   fanwise-VERSION-RUNTIME.tar.gz   the tool, the C interface and the kernels for linux-x64 and linux-arm64; the static
#                                    tool for linux-x64; the tool with its runtime for win-x64 and osx-arm64
#   fanwise-VERSION-*.whl            the wheels
#   SHA256SUMS                       a checksum of each
#
# All is built from a clone of the last commit, so nothing that is not committed gets in. Two runs give the same bytes:
# times are the commit's, paths are mapped, archives are sorted. Needs git, python3 with setuptools, wheel and build, clang
# and binutils; what the cross compiler for Arm64 makes is left out where it is missing (gcc-aarch64-linux-gnu,
# libc6-dev-arm64-cross, lld), and said.
set -eu
cd "$(dirname "$0")/.."
version=${1-}
if ! printf '%s' "$version" | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$'; then
    echo "eng/release.sh takes a version such as 1.2.3; received '$version'." >&2
    exit 2
fi

root=$PWD
out=$root/artifacts/release/$version
source=$root/artifacts/release/source
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH CI=true FANWISE_VERSION="$version"
rm -rf "$out" "$source"
mkdir -p "$out"
git clone -q "$root" "$source"
cd "$source"

for project in $(git grep -L '<IsPackable>false' -- 'src/*/*.csproj'); do
    dotnet pack "$project" -c Release -p:Strict=true --nologo -v quiet -o "$out"
done
python3 eng/stamp_zip.py "$out"/*nupkg

archive() { # name, folder: what is in the folder, below one folder of this name
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
        --transform "s,^\.,$1," -C "$2" -c . | gzip -9n > "$out/$1.tar.gz"
}

runtimes=linux-x64
if command -v aarch64-linux-gnu-gcc > /dev/null && command -v ld.lld > /dev/null; then
    runtimes="$runtimes linux-arm64"
else
    echo "The cross compiler is missing (gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, lld): nothing for Arm64." >&2
fi
for runtime in $runtimes; do
    eng/publish-native.sh native "$runtime" > /dev/null
    archive "fanwise-$version-$runtime" "artifacts/native/$runtime"
done
eng/publish-native.sh static > /dev/null
archive "fanwise-$version-linux-x64-static" artifacts/native/linux-x64-static
for runtime in win-x64 osx-arm64; do
    eng/publish-native.sh single-file "$runtime" > /dev/null
    rm -f artifacts/native/single-file/*.pdb artifacts/native/single-file/*.xml
    for program in artifacts/native/single-file/Fanwise.Cli*; do
        mv "$program" "artifacts/native/single-file/fanwise${program#*Fanwise.Cli}"
    done
    archive "fanwise-$version-$runtime" artifacts/native/single-file
done

FANWISE_NATIVE_IS_BUILT=1 eng/wheel.sh > /dev/null
cp artifacts/wheels/*.whl "$out/"

cd "$out"
sha256sum -- * > SHA256SUMS
cat SHA256SUMS
rm -rf "$source"
