#!/usr/bin/env bash
# Makes the Python wheels: eng/wheel.sh. Output: artifacts/wheels/*.whl, for x86-64 and, where Debian's
# gcc-aarch64-linux-gnu, clang and lld are, for Arm64. Needs python3 with setuptools, wheel and build, and no network.
# $FANWISE_NATIVE_IS_BUILT=1 takes what eng/publish-native.sh left in artifacts/native.
set -eu
cd "$(dirname "$0")/.."
python=/usr/bin/python3
[ -x "$python" ] || python=python3
out=artifacts/wheels
rm -rf "$out"
mkdir -p "$out"
# The same bytes on every day: archives take their times from the last commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2> /dev/null || echo 1700000000)
export SOURCE_DATE_EPOCH
version=${FANWISE_VERSION:-$(sed -n 's,.*<Version>\(.*\)</Version>.*,\1,p' Directory.Build.props | head -n 1)}

wheel() { # runtime, processor
    local runtime=$1 processor=$2 stage="artifacts/wheel-$1" native="artifacts/native/$1"
    [ "${FANWISE_NATIVE_IS_BUILT-}" = 1 ] && [ -d "$native" ] || eng/publish-native.sh native "$runtime" > /dev/null
    rm -rf "$stage"
    mkdir -p "$stage/fanwise/bin"
    cp python/pyproject.toml python/setup.py python/README.md "$stage/"
    cp python/fanwise/*.py python/fanwise/py.typed "$stage/fanwise/"
    echo "__version__ = \"$version\"" > "$stage/fanwise/_version.py"
    cp -R "$native/fanwise" "$native/libfanwise.so" "$stage/fanwise/bin/"
    [ ! -d "$native/glibc-hwcaps" ] || cp -R "$native/glibc-hwcaps" "$stage/fanwise/bin/"
    # The newest version of the C library that a symbol needs: 2.34 is manylinux_2_34.
    newest=$(find "$stage/fanwise/bin" -type f -exec objdump -T {} + 2> /dev/null |
        grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -n 1)
    if [ -z "$newest" ]; then # an objdump of one processor alone
        newest=$(find "$stage/fanwise/bin" -type f -exec aarch64-linux-gnu-objdump -T {} + |
            grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -n 1)
    fi
    FANWISE_PLATFORM_TAG="manylinux_${newest#GLIBC_}_$processor"
    FANWISE_PLATFORM_TAG=${FANWISE_PLATFORM_TAG/2./2_}
    export FANWISE_PLATFORM_TAG
    find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    (cd "$stage" && "$python" -m build --no-isolation --wheel --outdir "$OLDPWD/$out" > build.log 2>&1) ||
        { cat "$stage/build.log" >&2; exit 1; }
}

wheel linux-x64 x86_64
if command -v aarch64-linux-gnu-gcc > /dev/null && command -v ld.lld > /dev/null; then
    wheel linux-arm64 aarch64
else
    echo "The cross compiler is missing (gcc-aarch64-linux-gnu, clang, lld): no wheel for Arm64." >&2
fi
ls -l "$out"
