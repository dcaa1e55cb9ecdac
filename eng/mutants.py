"""Runs the tests against every mutant that Stryker made, each in a process of its own: eng/mutants.sh calls it.

Stryker's own runner keeps one process for all mutants, so a mutant of a table, which is read once, seems to survive.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import time

DETECTED = ("Killed", "Timeout")
SECONDS = 90


def mutants(report):
    """Every mutant that compiled and is not part of a smaller one: its id, place and change."""
    for name, file in sorted(report["files"].items()):
        lines = file["source"].splitlines()
        for mutant in file["mutants"]:
            if mutant["status"] in ("Ignored", "CompileError"):
                continue
            start, end = mutant["location"]["start"], mutant["location"]["end"]
            if start["line"] == end["line"]:
                original = lines[start["line"] - 1][start["column"] - 1 : end["column"] - 1]
            else:
                original = lines[start["line"] - 1].strip() + " ..."
            yield {
                "id": mutant["id"],
                "place": f"{name.split('/src/')[-1]}:{start['line']}",
                "kind": mutant["mutatorName"],
                "status": mutant["status"],
                "static": mutant["static"],
                "change": f"{original} -> {' '.join(mutant['replacement'].split())}",
            }


def test(program, stages, mutant):
    """What becomes of a mutant: Killed, Timeout or Survived."""
    environment = os.environ | {
        "STRYKER_MUTANT_ID_CONTROL_VAR": "FANWISE_MUTANT",
        "FANWISE_MUTANT": mutant["id"],
        "DOTNET_TieredPGO": "0",
    }
    for stage in stages if mutant.get("static", True) else stages[1:]:
        command = [program, "-noColor", "-noLogo", "-parallel", "none", "-stopOnFail", *stage.split()]
        try:
            run = subprocess.run(command, env=environment, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return mutant | {"status": "Timeout"}
        if run.returncode != 0:
            return mutant | {"status": "Killed"}
    return mutant | {"status": "Survived"}


def main(report, program, result, workers, stages):
    with open(report, encoding="utf-8") as file:
        all_of_them = list(mutants(json.load(file)))
    if (run := test(program, stages, {"id": "-1"}))["status"] != "Survived":
        sys.exit(f"The tests fail where nothing is mutated: {run['status']}.")
    done = [mutant for mutant in all_of_them if mutant["status"] in DETECTED]
    again = [mutant for mutant in all_of_them if mutant["status"] not in DETECTED]
    begin = time.time()
    with concurrent.futures.ThreadPoolExecutor(int(workers)) as pool:
        for mutant in pool.map(lambda mutant: test(program, stages, mutant), again):
            done.append(mutant)
            with open(result, "a", encoding="utf-8") as file:
                file.write(json.dumps(mutant) + "\n")
            if len(done) % 50 == 0:
                print(f"{len(done)} of {len(all_of_them)}, {time.time() - begin:.0f} s", flush=True)
    for mutant in done:
        if mutant["status"] == "Survived":
            print(f"{mutant['place']}: {mutant['kind']} ({mutant['id']}): {mutant['change']}")
    detected = sum(mutant["status"] in DETECTED for mutant in done)
    print(f"{detected} of {len(done)} mutants detected, {100 * detected / max(1, len(done)):.1f} %")


if __name__ == "__main__":
    main(*sys.argv[1:5], sys.argv[5:])
