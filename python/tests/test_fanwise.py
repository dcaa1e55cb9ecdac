"""The wheel as a user has it: values, memory, errors, models. Values are those of the frameworks' golden files."""

import json
import os

import fanwise
import numpy
import pytest

MODELS = os.environ["FANWISE_MODELS"]
GOLDEN = os.environ["FANWISE_GOLDEN_UNPACKED"]


def test_a_kernel_is_as_keras_draws_it():
    kernel = fanwise.he_normal((3, 3, 64, 128), seed=42)
    assert kernel.dtype == numpy.float32
    assert kernel.shape == (3, 3, 64, 128)
    assert float(kernel[0, 0, 0, 0]) == float(numpy.float32(0.0010595758))


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch", "numpy"])
def test_slices_are_equal_to_the_whole_on_every_backend(backend):
    whole = fanwise.initializer("glorot_uniform", backend)((300, 200), seed=7)
    part = numpy.empty(1000, numpy.float32)
    fanwise.initializer("glorot_uniform", backend).fill(part, seed=7, shape=(300, 200), start=12_345)
    assert numpy.array_equal(part, whole.reshape(-1)[12_345:13_345])


def test_backends_differ():
    draws = {b: fanwise.he_uniform((4, 4), seed=1, backend=b).tobytes() for b in ["tensorflow", "jax", "torch", "numpy"]}
    assert len(set(draws.values())) == 4


def test_keras_arguments_are_those_of_keras():
    by_name = fanwise.variance_scaling((64, 32), seed=3, scale=2.0, mode="fan_in", distribution="truncated_normal")
    assert numpy.array_equal(by_name, fanwise.he_normal((64, 32), seed=3))
    assert numpy.array_equal(fanwise.identity((3, 3)), numpy.eye(3, dtype=numpy.float32))
    assert numpy.array_equal(fanwise.constant((2,), 0.5), numpy.array([0.5, 0.5], numpy.float32))
    assert fanwise.random_uniform(5, seed=1, minval=2.0, maxval=3.0).min() >= 2.0
    assert abs(float(fanwise.random_normal((1000,), seed=1, mean=4.0, stddev=0.1).mean()) - 4.0) < 0.02
    assert abs(fanwise.truncated_normal((1000,), seed=1, stddev=1.0)).max() < 2.0
    rows = fanwise.orthogonal((4, 8), seed=1)
    assert numpy.allclose(rows @ rows.T, numpy.eye(4), atol=1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_element_types_are_drawn_in_themselves(dtype):
    assert fanwise.he_normal((8, 8), seed=1, dtype=dtype).dtype == numpy.dtype(dtype)


def test_bfloat16_is_filled_as_bits():
    bits = numpy.empty((8, 8), numpy.uint16)
    fanwise.initializer("he_normal").fill(bits, seed=1, dtype="bfloat16")
    wide = (bits.astype(numpy.uint32) << 16).view(numpy.float32)
    assert 0.2 < float(wide.std()) < 0.8


def test_a_model_is_a_mapping_of_arrays():
    path = os.path.join(MODELS, "autoencoder.json")
    weights = fanwise.load_model(path, seed=42)
    plan = fanwise.plan(path, seed=42)
    assert list(weights) == list(plan)
    for name, array in weights.items():
        assert array.shape == plan.shape(name) and array.dtype.name == plan.dtype(name)
        assert numpy.array_equal(plan.slice(name, 0, array.size), array.reshape(-1))


def test_golden_models_are_right_byte_for_byte():
    import hashlib

    seen = 0
    with open(os.path.join(GOLDEN, "models", "manifest.json"), encoding="utf-8") as file:
        rows = [row for row in json.load(file) if row["as"] == "keras" and not row["edited"]]
    for row in rows[:40]:
        record = os.path.join(GOLDEN, "models", row["record"].replace(".gz", ""))
        with open(record, encoding="utf-8") as file:
            run = json.load(file)["runs"][0]
        path = os.path.join(GOLDEN, "models", row["architecture"].replace(".gz", ""))
        plan = fanwise.plan(path, seed=run["seed"])
        assert len(plan) == len(run["weights"]), row["architecture"]
        for name, expected in zip(plan, run["weights"]):
            if expected.get("exact", True) and expected.get("sha256") and plan.dtype(name) != "bfloat16":
                assert hashlib.sha256(plan[name].tobytes()).hexdigest() == expected["sha256"], (row, name)
                seen += 1
    assert seen > 200


def test_a_plan_is_written_and_refuses_to_overwrite(tmp_path):
    plan = fanwise.plan(os.path.join(MODELS, "autoencoder.json"), seed=42)
    path = str(tmp_path / "start.npz")
    plan.write(path)
    with numpy.load(path) as written:
        for name in plan:
            assert numpy.array_equal(written[name], plan[name])
    with pytest.raises(ValueError, match="exist"):
        plan.write(path)


def test_errors_are_value_errors_with_a_sentence():
    with pytest.raises(ValueError, match="he_norml"):
        fanwise.initializer("he_norml")
    with pytest.raises(ValueError, match="backend"):
        fanwise.he_normal((2, 2), seed=1, backend="theano")
    with pytest.raises(ValueError, match="element type"):
        fanwise.he_normal((2, 2), seed=1, dtype="complex64")
    with pytest.raises(ValueError, match="contiguous"):
        fanwise.initializer("he_normal").fill(numpy.empty((4, 4), numpy.float32).T[::2], seed=1)
    with pytest.raises(OSError):
        fanwise.load_model("no-such-file.keras", seed=1)


def test_tensors_of_torch_are_filled_in_place():
    torch = pytest.importorskip("torch")
    tensor = torch.empty(64, 32)
    assert fanwise.initializer("he_normal").fill(tensor, seed=42) is tensor
    assert numpy.array_equal(tensor.numpy(), fanwise.he_normal((64, 32), seed=42))
    half = torch.empty(64, 32, dtype=torch.bfloat16)
    fanwise.initializer("he_normal").fill(half, seed=42)
    assert 0.1 < float(half.float().std()) < 0.3
