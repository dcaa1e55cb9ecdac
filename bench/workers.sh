#!/usr/bin/env bash
# One worker with one thread against two side by side: wall and processor time for a checkpoint of 4.3 GB.
#   bench/workers.sh [FOLDER]      FOLDER is on the file system to be measured; memory (/dev/shm) by default
set -eu
cd "$(dirname "$0")/.."
dotnet build src/Fanwise.Cli -c Release --nologo -v quiet > /dev/null
tool=$PWD/artifacts/bin/Fanwise.Cli/release/Fanwise.Cli.dll
work=$(mktemp -d "${1:-/dev/shm}/fanwise-workers.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

{
    printf '{"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": [{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4096], "dtype": "float32", "name": "input"}, "registered_name": null}'
    for i in $(seq 64); do
        printf ', {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense_%s", "trainable": true, "dtype": "float32", "units": 4096, "activation": "linear", "use_bias": false, "kernel_initializer": "he_normal", "bias_initializer": "zeros"}, "registered_name": null}' "$i"
    done
    printf ']}, "registered_name": null}'
} > model.json

run() { dotnet "$tool" init model.json --seed 42 --max-shard-size 70MB --threads 1 --no-sync -o out "$@" 2> /dev/null; }
TIMEFORMAT='%R %U %S'
measure() { # name, what to run: one line, and the wall time into the file of that name
    local name=$1 figures
    shift
    figures=$({ time "$@"; } 2>&1)
    rm -r out
    echo "${figures%% *}" >> "$name"
    echo "$name: $figures"
}
one() { run; }
two() { run --worker 0 --workers 2 & run --worker 1 --workers 2; wait; }
median() { sort -n "$1" | sed -n 3p; }
echo "seconds: wall, user, system"
for round in 1 2 3 4 5; do
    measure one one
    measure two two
done
awk -v one="$(median one)" -v two="$(median two)" 'BEGIN { printf "medians: one worker %s s, two workers %s s, ratio %.2f\n", one, two, one / two }'
