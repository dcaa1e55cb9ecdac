#!/usr/bin/env python3
"""eng/playground.py PUBLISHED FOLDER: one folder of the playground that a browser opens from the disk.

A page from a disk may not load modules or fetch files. So everything that the runtime loads is packed into fanwise.js,
which is a plain script: each file as base64 of gzip, and samples/Playground/wwwroot/loader.js behind it.
"""

import base64
import collections
import gzip
import json
import pathlib
import shutil
import sys

MOST_BYTES = 6_000_000  # of all files, as they lie there: what a server would send, or less


GROUPS = {  # the first that fits
    "the library": lambda name: name.startswith(("Fanwise", "Playground")),
    "the runtime": lambda name: name.startswith("dotnet"),
    ".NET's assemblies": lambda name: True,
}


def packed(path: pathlib.Path) -> str:
    return base64.b64encode(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)).decode("ascii")


def main(published: pathlib.Path, folder: pathlib.Path) -> None:
    root = published / "wwwroot"
    files = {path.name: packed(path) for path in sorted((root / "_framework").iterdir())}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("index.html", "page.css", "page.js"):
        shutil.copyfile(root / name, folder / name)
    script = f"const fanwiseFiles = {json.dumps(files, indent=0)};\n{(root / 'loader.js').read_text('utf-8')}"
    (folder / "fanwise.js").write_text(script, "utf-8", newline="\n")
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {len(files)} files of the runtime and the library, {size / 1e6:.2f} MB in all")
    plain, kept = collections.Counter(), collections.Counter()
    for name, text in files.items():
        group = next(group for group, fits in GROUPS.items() if fits(name))
        plain[group] += (root / "_framework" / name).stat().st_size
        kept[group] += len(text)
    for group in GROUPS:
        print(f"  {group}: {plain[group] / 1e6:.2f} MB, packed {kept[group] / 1e6:.2f} MB")
    print(f"  the page: {(size - sum(kept.values())) / 1e6:.2f} MB")
    if size > MOST_BYTES:
        sys.exit(f"{folder} has {size} bytes; at most {MOST_BYTES} are allowed.")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
