"""Draws programs of calls with PyTorch or NumPy: draw.py FILE, JSON [[generator, seed, [[call, type, n, a, b], ...]], ...].

Prints the SHA-256 of each call's bytes, a line each. The generator's state goes on from call to call.
"""
import hashlib
import json
import os
import sys

import numpy


def numpy_calls(generator):
    legacy = isinstance(generator, numpy.random.RandomState)
    return {
        "random": lambda t, n, a, b: generator.random_sample(n) if legacy else generator.random(n, dtype=t),
        "uniform": lambda t, n, a, b: generator.uniform(a, b, n),
        "standard_normal": lambda t, n, a, b: generator.standard_normal(n)
        if legacy
        else generator.standard_normal(n, dtype=t),
        "normal": lambda t, n, a, b: generator.normal(a, b, n),
    }


def torch_calls(seed):
    os.environ["ATEN_CPU_CAPABILITY"] = "avx2"  # what is promised; PyTorch 1.13 has other normals with AVX-512
    import torch

    generator = torch.Generator()
    generator.manual_seed(seed)
    empty = lambda t, n: torch.empty(n, dtype=getattr(torch, t))
    return {
        "uniform": lambda t, n, a, b: empty(t, n).uniform_(a, b, generator=generator).numpy(),
        "normal": lambda t, n, a, b: empty(t, n).normal_(a, b, generator=generator).numpy(),
    }


for kind, seed, calls in json.load(open(sys.argv[1])):
    if kind == "torch":
        known = torch_calls(seed)
    elif kind == "default_rng":
        known = numpy_calls(numpy.random.default_rng(seed))
    else:
        known = numpy_calls(numpy.random.RandomState(seed))
    for call, element_type, count, a, b in calls:
        print(hashlib.sha256(known[call](element_type, count, a, b).tobytes()).hexdigest())
