#!/usr/bin/env bash
# Looks for inputs that a reader neither takes nor refuses: eng/fuzz.sh [TARGET MINUTES]
#
# Without arguments the targets are listed. afl-fuzz (Debian's afl++) drives it by coverage, from eng/fuzz/corpus/TARGET
# and the files of tests/attack. What it finds is in artifacts/fuzz/TARGET/default: crashes and hangs; then the exit
# code is 1. dotnet artifacts/fuzz/bin/Fanwise.Fuzz.dll TARGET < FILE shows what becomes of one.
set -eu
cd "$(dirname "$0")/.."
bin=artifacts/fuzz/bin
tree=$(git rev-parse HEAD 2> /dev/null || echo none)

if [ "$(cat "$bin/made-from" 2> /dev/null)" != "$tree" ]; then
    rm -rf "$bin"
    mkdir -p artifacts/fuzz
    dotnet tool restore > /dev/null
    if ! dotnet build eng/fuzz -c Release --nologo -v quiet -clp:NoSummary -o "$bin" > artifacts/fuzz/build.log 2>&1; then
        cat artifacts/fuzz/build.log
        exit 1
    fi
    for name in Fanwise Fanwise.TensorFlow Fanwise.Models Fanwise.Rules Fanwise.Cli; do
        dotnet sharpfuzz "$bin/$name.dll"
    done
    echo "$tree" > "$bin/made-from"
fi

case $# in
    0) exec dotnet "$bin/Fanwise.Fuzz.dll" ;;
    2) ;;
    *) echo "eng/fuzz.sh takes a target and minutes, or nothing." >&2; exit 2 ;;
esac
target=$1 seconds=$(awk "BEGIN { print int($2 * 60) }")
out=artifacts/fuzz/$target
corpus=artifacts/fuzz/corpus-$target
rm -rf "$out" "$corpus"
mkdir -p "$out" "$corpus"
cp "eng/fuzz/corpus/$target"/* "$corpus/"
case $target in
    model) cp tests/attack/models/*.json "$corpus/" ;;
    keras) cp tests/attack/archives/*.keras tests/attack/models/*.keras "$corpus/" ;;
    rules) cp tests/attack/rules/* "$corpus/" ;;
    index) cp tests/attack/indices/* "$corpus/" ;;
esac
find "$corpus" -size 0 -delete

export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
export AFL_NO_UI=1 AFL_IGNORE_SEED_PROBLEMS=1
run=(dotnet "$bin/Fanwise.Fuzz.dll" "$target")
if ! afl-fuzz -i "$corpus" -o "$out" -t 10000 -m none -V "$seconds" "${run[@]}" > "$out/log" 2>&1; then
    tail -20 "$out/log"
    exit 1
fi
rm -rf /dev/shm/fanwise-fuzz-*

fact() { sed -n "s/^$1 *: *//p" "$out/default/fuzzer_stats"; }
crashes=$(find "$out/default/crashes" -name 'id*' 2> /dev/null | wc -l)
hangs=$(find "$out/default/hangs" -name 'id*' 2> /dev/null | wc -l)
echo "$target: $(fact execs_done) executions, $(fact corpus_count) inputs kept, $(fact edges_found) edges," \
    "$crashes crashes, $hangs hangs"
[ "$crashes" = 0 ] && [ "$hangs" = 0 ]
