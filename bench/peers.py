#!/usr/bin/env python3
"""What NumPy and PyTorch take for draws of float32 and float64, for a place beside bench/check: 2^20 elements into memory that is used again, one thread, the fastest of 50 runs.

Debian: apt-get install python3-numpy python3-torch. What is not installed is left out.
"""
import time

COUNT = 1 << 20


def fastest(fill):
    best = float("inf")
    for _ in range(50):
        start = time.perf_counter_ns()
        fill()
        best = min(best, time.perf_counter_ns() - start)
    return best / COUNT


def line(name, fill):
    print(f"{name:<40} {fastest(fill):7.3f} ns/element")


try:
    import numpy

    out = numpy.empty(COUNT, numpy.float32)
    generator = numpy.random.Generator(numpy.random.PCG64(42))
    print(f"NumPy {numpy.__version__}")
    line("uniform (PCG64, random)", lambda: generator.random(out=out, dtype=numpy.float32))
    line("normal (PCG64, ziggurat)", lambda: generator.standard_normal(out=out, dtype=numpy.float32))
    doubles = numpy.empty(COUNT)
    line("uniform float64", lambda: generator.random(out=doubles))
    line("normal float64", lambda: generator.standard_normal(out=doubles))
except ImportError as error:
    print(f"NumPy is left out: {error}.")

try:
    import torch

    torch.set_num_threads(1)
    tensor = torch.empty(COUNT)
    print(f"PyTorch {torch.__version__}")
    line("uniform_", tensor.uniform_)
    line("normal_", tensor.normal_)
    doubles = torch.empty(COUNT, dtype=torch.float64)
    line("normal_ float64", doubles.normal_)
    line("trunc_normal_", lambda: torch.nn.init.trunc_normal_(tensor))
except ImportError as error:
    print(f"PyTorch is left out: {error}.")
