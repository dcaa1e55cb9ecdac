#!/usr/bin/env python3
"""eng/playground_check.py FOLDER: the playground draws in headless Chromium what Keras drew.

Every golden case of tests/golden that is one call of one initializer with a seed of its own is drawn in the page's
runtime, and the SHA-256 of the bytes compared. Prints how many agree and how long the first value took; ends with 1 where
one differs.
"""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
TENSORFLOW = "tensorflow/keras_initializers"
OTHERS = {"jax": "jax/keras_jax", "torch": "torch/keras_torch", "numpy": "numpy/keras_numpy"}
MOST_SECONDS = 120
MOST_MILLISECONDS = 3000  # until the first value
MARK = "playground: "

PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<script src="fanwise.js"></script>
<script>
const cases = CASES;
async function check() {
  const begun = performance.now();
  const api = await startFanwise();
  api.Draw("he_normal", "3, 3, 64, 128", "float32", "tensorflow", "42");
  const first = Math.round(performance.now() - begun);
  let right = 0;
  const wrong = [];
  for (const one of cases) {
    let found;
    try {
      const bytes = api.Bytes(one.initializer, one.shape, one.dtype, one.backend, one.seed);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      found = Array.from(hash, byte => byte.toString(16).padStart(2, "0")).join("");
    } catch (error) {
      found = String(error);
    }
    if (found === one.sha256) right++;
    else wrong.push(one.id + ": " + found);
  }
  const seconds = (performance.now() - begun) / 1000;
  console.log("MARK" + JSON.stringify({ first, right, seconds, wrong: wrong.length, shown: wrong.slice(0, 5) }));
}
check().catch(error => console.log("MARK" + JSON.stringify({ error: String(error) })));
</script>
"""


def golden(name: str) -> list[dict]:
    text = gzip.decompress((ROOT / "tests" / "golden" / f"{name}.json.gz").read_bytes()).decode("utf-8")
    return json.loads(text)["cases"]


def words(shape: list[int]) -> str:
    return ", ".join(str(length) for length in shape)


def cases() -> list[dict]:
    found = []
    for case in golden(TENSORFLOW):
        once = {"sha256", "dtype", "config"} <= case.keys() and not {"sequence", "call", "values", "method"} & case.keys()
        if once:
            found.append(
                {
                    "id": case["id"],
                    "initializer": json.dumps({"class_name": case["class"], "config": case["config"]}),
                    "shape": words(case["shape"]),
                    "dtype": case["dtype"],
                    "backend": "tensorflow",
                    "seed": "",
                    "sha256": case["sha256"],
                }
            )
    for backend, name in OTHERS.items():
        for case in golden(name):
            once = case["seed_source"] == "int" and "values" not in case and case["dtype"] == case["result_dtype"]
            if once:
                found.append(
                    {
                        "id": case["id"],
                        "initializer": json.dumps({"class_name": case["call"], "config": case["args"]}),
                        "shape": words(case["shape"]),
                        "dtype": case["dtype"],
                        "backend": backend,
                        "seed": str(case["seed"]),
                        "sha256": case["sha256"],
                    }
                )
    return found


def answer(page: pathlib.Path, profile: str) -> dict:
    """What the page says on its console: by the real clock, for a headless browser's own can be told to run ahead."""
    browser = subprocess.Popen(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--enable-logging=stderr",
            f"--user-data-dir={profile}",
            page.as_uri(),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    timer = threading.Timer(MOST_SECONDS, browser.kill)
    timer.start()
    try:
        for line in browser.stderr:
            if MARK in line:
                told = line[line.index(MARK) + len(MARK) : line.rindex('", source:')]
                return json.loads(told)
        return {"error": f"the page said nothing in {MOST_SECONDS} s"}
    finally:
        timer.cancel()
        browser.kill()
        browser.wait()


def main(folder: pathlib.Path) -> int:
    every = cases()
    page = folder / "check.html"
    page.write_text(PAGE.replace("CASES", json.dumps(every)).replace("MARK", MARK), "utf-8")
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            told = answer(page.resolve(), profile)
    finally:
        page.unlink()
    if "error" in told:
        print(f"The playground failed: {told['error']}")
        return 1
    print(
        f"{told['right']} of {len(every)} golden cases agree, in {told['seconds']:.1f} s; "
        f"the first value came after {told['first'] / 1000:.2f} s"
    )
    for wrong in told["shown"]:
        print(f"  {wrong}")
    if told["first"] > MOST_MILLISECONDS:
        print(f"The first value should come within {MOST_MILLISECONDS / 1000:.0f} s; is this machine busy?")
    return 0 if told["wrong"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
