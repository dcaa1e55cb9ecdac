"""Writes huggingface-shards.json: what the Hugging Face tools make of tensors of given sizes.

Run with huggingface_hub installed (1.x). The split is huggingface_hub's, the index is written as Transformers writes it.
"""
import json
import random
import sys

from huggingface_hub.serialization import split_state_dict_into_shards_factory

NAMES = ["w", "layers.10.w", "layers.2.w", "block/kernel", "é", "\uff5e", "\U0001f600", 'quo"te', "back\\slash", "tab\t", "\x7f", "Z"]


def case(sizes, limit):
    names = [NAMES[i] if i < len(NAMES) else f"t{i}" for i in range(len(sizes))]
    state = dict(zip(names, sizes))
    split = split_state_dict_into_shards_factory(
        state, get_storage_size=lambda size: size, filename_pattern="model{suffix}.safetensors", max_shard_size=limit)
    index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename} if split.is_sharded else None
    return {
        "limit": limit,
        "names": names,
        "sizes": sizes,
        "files": {name: list(tensors) for name, tensors in split.filename_to_tensors.items()},
        "index": json.dumps(index, indent=2, sort_keys=True) + "\n" if index else None,
    }


random.seed(8)
cases = [case([6, 6, 2, 6, 2, 2], 10), case([4, 12, 4, 4], 10), case([4, 12, 4, 13, 4, 14], 8), case([0, 0, 0], 5), case([11, 11], 10), case([10, 10], 10), case([3], 10), case([30], 10),
         case([0, 11, 0, 10, 0], 10), case([1] * 30, 1)]
for _ in range(60):
    count = random.randint(1, 24)
    cases.append(case([random.choice([0, random.randint(0, 40), random.randint(0, 400)]) for _ in range(count)], random.randint(1, 300)))
json.dump({"about": "sizes in bytes, in the order of the state dict; files as huggingface_hub names and fills them", "cases": cases}, sys.stdout, separators=(",", ":"))
print()
