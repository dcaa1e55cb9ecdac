"""Writes src/Fanwise/Draws/Pcg/ZigguratTables.cs from the tables of numpy.random.Generator.

    python3 eng/ziggurat.py tests/golden/numpy/ziggurat.json.gz > src/Fanwise/Draws/Pcg/ZigguratTables.cs

The tables are not computed: they carry the rounding of the day when their author made them.
"""

import gzip
import json
import sys

NAMES = {
    "k64": ("ulong", "Thresholds64", "k: below it a number of 52 bits is accepted at once."),
    "w64": ("ulong", "Widths64", "w: the width of a level by 2^-52, as the bits of doubles."),
    "f64": ("ulong", "Heights64", "f: the density at the end of a level, as the bits of doubles."),
    "k32": ("uint", "Thresholds32", "k: below it a number of 23 bits is accepted at once."),
    "w32": ("uint", "Widths32", "w: the width of a level by 2^-23, as the bits of singles."),
    "f32": ("uint", "Heights32", "f: the density at the end of a level, as the bits of singles."),
}

path = sys.argv[1]
with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
    cases = {case["id"]: case["values"] for case in json.load(file)["cases"]}

print("namespace Fanwise.Draws.Pcg;")
print()
print("/// <summary>The 256 levels of NumPy's ziggurat, in double and in single.</summary>")
print("/// <remarks>Source: numpy/random/src/distributions/ziggurat_constants.h, by way of eng/ziggurat.py. Tables: long by")
print("/// nature.</remarks>")
print("internal static class ZigguratTables")
print("{")
for index, (key, (kind, name, text)) in enumerate(NAMES.items()):
    if index:
        print()
    print(f"    /// <summary>{text}</summary>")
    print(f"    public static ReadOnlySpan<{kind}> {name} =>")
    print("        [")
    for value in cases[key]:
        print(f"            0x{value.upper()},")
    print("        ];")
print("}")
