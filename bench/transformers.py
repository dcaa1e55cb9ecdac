#!/usr/bin/python3
"""What building a llama costs in PyTorch's draws, against its start by fanwise, in one run on one core.

bench/transformers.py [ROUNDS]: needs python3-torch and python3-numpy (Debian).

PyTorch draws what building the model draws, in its order: every module's constructor, then its initialization. Nothing
else of a build is counted. fanwise plans, and draws every tensor that survives into memory. Then the tool writes the
model to a file in memory (/dev/shm), start and all; the bytes of every tensor are compared with PyTorch's.
"""
import hashlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["ATEN_CPU_CAPABILITY"] = "avx2"
import numpy
import torch

RELEASE = "5.18"
HIDDEN, INNER, LAYERS, HEADS, KEYS, VOCABULARY, DEVIATION = 1024, 2816, 12, 16, 16, 32000, 0.02
CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": HIDDEN,
    "intermediate_size": INNER,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KEYS,
    "vocab_size": VOCABULARY,
    "initializer_range": DEVIATION,
}


def linears():
    """The linear layers of the decoder in the order of their constructors."""
    width = HIDDEN // HEADS
    for layer in range(LAYERS):
        at = f"model.layers.{layer}"
        yield f"{at}.self_attn.q_proj", HEADS * width, HIDDEN
        yield f"{at}.self_attn.k_proj", KEYS * width, HIDDEN
        yield f"{at}.self_attn.v_proj", KEYS * width, HIDDEN
        yield f"{at}.self_attn.o_proj", HIDDEN, HEADS * width
        yield f"{at}.mlp.gate_proj", INNER, HIDDEN
        yield f"{at}.mlp.up_proj", INNER, HIDDEN
        yield f"{at}.mlp.down_proj", HIDDEN, INNER


def build(seed):
    """The parameters as transformers leaves them: the decoder's constructors and initializations, then the head's."""
    torch.manual_seed(seed)
    made = {"model.embed_tokens.weight": torch.empty(VOCABULARY, HIDDEN).normal_()}
    for name, rows, columns in linears():
        bound = 1 / math.sqrt(columns)
        made[f"{name}.weight"] = torch.empty(rows, columns).uniform_(-bound, bound)
    for tensor in made.values():
        tensor.normal_(0, DEVIATION)
    bound = 1 / math.sqrt(HIDDEN)
    head = torch.empty(VOCABULARY, HIDDEN).uniform_(-bound, bound)
    made["lm_head.weight"] = head.normal_(0, DEVIATION)
    return made


def read(path):
    """The tensors of a safetensors file, by name."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        header.pop("__metadata__", None)
        for name, entry in header.items():
            start, end = entry["data_offsets"]
            file.seek(8 + length + start)
            yield name, file.read(end - start)


root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
for project in ("src/Fanwise.Cli", "bench/Fanwise.Benchmarks"):
    subprocess.run(["dotnet", "build", project, "-c", "Release", "--nologo", "-v", "quiet"], cwd=root, check=True)
programs = os.path.join(root, "artifacts/bin")
torch.set_num_threads(1)
folder = tempfile.mkdtemp(prefix="fanwise-bench-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
config = os.path.join(folder, "config.json")
with open(config, "w") as file:
    json.dump(CONFIG, file)
command = [f"{programs}/Fanwise.Cli/release/Fanwise.Cli", "init", config, "--as", f"transformers-{RELEASE}", "--seed", "42"]
command += ["--threads", "1", "--no-sync", "--max-shard-size", "100GB", "-o", os.path.join(folder, "start")]
drawing = [f"{programs}/Fanwise.Benchmarks/release/Fanwise.Benchmarks", "program", config, RELEASE, "42", "1"]

theirs, ours, files = [], [], []
for _ in range(rounds):
    start = time.perf_counter()
    made = build(42)
    theirs.append(time.perf_counter() - start)
    ours.append(float(subprocess.run(drawing, check=True, capture_output=True, text=True).stdout))
    subprocess.run(["rm", "-rf", os.path.join(folder, "start")], check=True)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    files.append(time.perf_counter() - start)

compared = different = 0
for name, stored in read(os.path.join(folder, "start", "model.safetensors")):
    if name in made:
        compared += 1
        different += hashlib.sha256(made[name].numpy().tobytes()).digest() != hashlib.sha256(stored).digest()
subprocess.run(["rm", "-rf", folder], check=True)
parameters = sum(tensor.numel() for tensor in made.values())
print(f"llama of {parameters / 1e6:.0f} M parameters in float32, one thread, medians of {rounds} rounds")
print(f"PyTorch {torch.__version__}, draws       {statistics.median(theirs):6.2f} s")
for what, seconds in (("fanwise, draws", ours), ("fanwise, process and file", files)):
    ratio = statistics.median(their / our for their, our in zip(theirs, seconds))
    print(f"{what:<29} {statistics.median(seconds):6.2f} s, {ratio:5.2f} times as fast")
print(f"{compared} tensors compared, {different} differ")
sys.exit(1 if different or compared == 0 else 0)
