"""How neural networks' weights begin: the bytes that Keras gives on TensorFlow, JAX, PyTorch and NumPy, without them.

    import fanwise

    kernel = fanwise.he_normal((3, 3, 64, 128), seed=42)
    weights = fanwise.load_model("model.keras", seed=42)

Functions bear Keras' names and take its arguments; then `seed`, `dtype`, `backend` ("tensorflow", "jax", "torch" or
"numpy") and `threads` (0: all). Shapes are in Keras' order of axes. What is refused is a ValueError with a sentence.
"""

import functools
import json
import math
from ctypes import addressof, c_char
from typing import Any, Dict, Iterator, Mapping, Optional, Sequence, Tuple, Union

import numpy

from . import _library
from ._version import __version__

Shape = Union[int, Sequence[int]]

_NAMES = {number: name for name, (number, _) in _library.ELEMENT_TYPES.items()}


def _address(array: numpy.ndarray) -> int:
    try:
        return addressof(c_char.from_buffer(array))  # a third of the time of array.ctypes.data
    except (TypeError, ValueError):  # nothing in it, or a type that buffers do not know, such as bfloat16
        return array.ctypes.data


def _lengths(shape: Shape) -> Tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


def _type_name(dtype: Any) -> str:
    name = dtype if isinstance(dtype, str) else numpy.dtype(dtype).name
    if name not in _library.ELEMENT_TYPES:
        raise ValueError(f"An element type is one of {', '.join(_library.ELEMENT_TYPES)}; received {dtype!r}.")
    return name


@functools.lru_cache(maxsize=None)
def _numpy_type(name: str) -> numpy.dtype:
    if name != "bfloat16":
        return numpy.dtype(name)
    try:
        import ml_dtypes
    except ImportError:
        raise ValueError(
            "NumPy has no bfloat16: install ml_dtypes, or fill a torch tensor or a uint16 array (dtype='bfloat16')."
        ) from None
    return numpy.dtype(ml_dtypes.bfloat16)


class Initializer:
    """How a weight begins: a name ("he_normal") or a configuration of Keras ({"class_name": ..., "config": ...}), read
    once. Immutable and thread-safe."""

    def __init__(self, config: Union[str, Mapping[str, Any]], backend: Optional[str] = None) -> None:
        self._initializer = _library.Initializer(config if isinstance(config, str) else json.dumps(config), backend)

    def __call__(
        self, shape: Shape, dtype: Any = "float32", *, seed: Optional[int] = None, threads: int = 0
    ) -> numpy.ndarray:
        """A new array: `array[i] = value[i]`, row-major."""
        lengths = _lengths(shape)
        name = _type_name(dtype)
        array = numpy.empty(lengths, _numpy_type(name))
        number = _library.ELEMENT_TYPES[name][0]
        self._initializer.fill(_address(array), array.nbytes, lengths, number, 0, array.size, seed, threads)
        return array

    def fill(
        self, array: Any, *, seed: Optional[int] = None, dtype: Any = None, shape: Optional[Shape] = None,
        start: int = 0, threads: int = 0,
    ) -> Any:
        """Fills an array or a CPU tensor in place, without a copy, and returns it.

        `array.flat[i] = value[start + i]` of the tensor of `shape`, which is the array's own by default. The memory
        must be contiguous and writable. `dtype="bfloat16"` takes the bits of a uint16 array as bfloat16.
        """
        address, size, count, own_type, own_shape = _memory(array)
        number, width = _library.ELEMENT_TYPES[own_type if dtype is None else _type_name(dtype)]
        if width * count != size:
            raise ValueError(f"The elements of the array have {size // max(1, count)} bytes; received dtype {dtype}.")
        lengths = own_shape if shape is None else _lengths(shape)
        self._initializer.fill(address, size, lengths, number, start, count, seed, threads)
        return array


@functools.lru_cache(maxsize=None)
def _array_type(dtype: numpy.dtype) -> str:
    return "bfloat16" if dtype == numpy.uint16 else _type_name(dtype)


def _memory(array: Any) -> Tuple[int, int, int, str, Tuple[int, ...]]:
    """Address, bytes, elements, element type and shape of an array or of a torch tensor."""
    if hasattr(array, "data_ptr"):
        if array.device.type != "cpu" or not array.is_contiguous():
            raise ValueError("A tensor must be contiguous and on the CPU.")
        count = array.numel()
        name = str(array.dtype).rpartition(".")[2]
        return array.data_ptr(), count * array.element_size(), count, _type_name(name), tuple(array.shape)
    if not isinstance(array, numpy.ndarray):
        array = numpy.asarray(memoryview(array))
    flags = array.flags
    if not flags.c_contiguous or not flags.writeable:
        raise ValueError("An array must be contiguous in C order and writable.")
    return _address(array), array.nbytes, array.size, _array_type(array.dtype), array.shape


initializer = Initializer


@functools.lru_cache(maxsize=256)
def _configured(class_name: str, backend: Optional[str], **config: Any) -> Initializer:
    return Initializer({"class_name": class_name, "config": config}, backend)


def _draw(
    class_name: str, shape: Shape, seed: Optional[int], dtype: Any, backend: Optional[str], threads: int, **config: Any
) -> numpy.ndarray:
    return _configured(class_name, backend, **config)(shape, dtype, seed=seed, threads=threads)


def _named(name: str, class_name: str, formula: str) -> Any:
    def function(
        shape: Shape, seed: int, dtype: Any = "float32", backend: Optional[str] = None, threads: int = 0
    ) -> numpy.ndarray:
        return _draw(class_name, shape, seed, dtype, backend, threads)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""A new array drawn as keras.initializers.{class_name}(seed) draws it: {formula}."""
    return function


glorot_normal = _named("glorot_normal", "GlorotNormal", "truncated normal, variance 2 / (fan_in + fan_out)")
glorot_uniform = _named("glorot_uniform", "GlorotUniform", "uniform, variance 2 / (fan_in + fan_out)")
he_normal = _named("he_normal", "HeNormal", "truncated normal, variance 2 / fan_in")
he_uniform = _named("he_uniform", "HeUniform", "uniform, variance 2 / fan_in")
lecun_normal = _named("lecun_normal", "LecunNormal", "truncated normal, variance 1 / fan_in")
lecun_uniform = _named("lecun_uniform", "LecunUniform", "uniform, variance 1 / fan_in")


def variance_scaling(
    shape: Shape, seed: int, scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal",
    dtype: Any = "float32", backend: Optional[str] = None, threads: int = 0,
) -> numpy.ndarray:
    """A new array of variance `scale / max(1, fan)`; mode: fan_in, fan_out, fan_avg; distribution: truncated_normal,
    untruncated_normal, uniform."""
    return _draw(
        "VarianceScaling", shape, seed, dtype, backend, threads, scale=scale, mode=mode, distribution=distribution
    )


def random_normal(
    shape: Shape, seed: int, mean: float = 0.0, stddev: float = 0.05, dtype: Any = "float32",
    backend: Optional[str] = None, threads: int = 0,
) -> numpy.ndarray:
    """A new array of normal values."""
    return _draw("RandomNormal", shape, seed, dtype, backend, threads, mean=mean, stddev=stddev)


def truncated_normal(
    shape: Shape, seed: int, mean: float = 0.0, stddev: float = 0.05, dtype: Any = "float32",
    backend: Optional[str] = None, threads: int = 0,
) -> numpy.ndarray:
    """A new array of normal values within two deviations of the mean."""
    return _draw("TruncatedNormal", shape, seed, dtype, backend, threads, mean=mean, stddev=stddev)


def random_uniform(
    shape: Shape, seed: int, minval: float = -0.05, maxval: float = 0.05, dtype: Any = "float32",
    backend: Optional[str] = None, threads: int = 0,
) -> numpy.ndarray:
    """A new array of values in [minval, maxval)."""
    return _draw("RandomUniform", shape, seed, dtype, backend, threads, minval=minval, maxval=maxval)


def orthogonal(
    shape: Shape, seed: int, gain: float = 1.0, dtype: Any = "float32", backend: Optional[str] = None, threads: int = 0
) -> numpy.ndarray:
    """A new array whose rows or columns are orthogonal; within a tolerance of the framework's (docs/determinism.md)."""
    return _draw("Orthogonal", shape, seed, dtype, backend, threads, gain=gain)


def identity(shape: Shape, gain: float = 1.0, dtype: Any = "float32") -> numpy.ndarray:
    """A new matrix with `gain` on its diagonal."""
    return _draw("Identity", shape, None, dtype, None, 0, gain=gain)


def constant(shape: Shape, value: float = 0.0, dtype: Any = "float32") -> numpy.ndarray:
    """A new array of one value."""
    return _draw("Constant", shape, None, dtype, None, 0, value=value)


class Plan(Mapping[str, numpy.ndarray]):
    """A model's weights by name, in the framework's order, as Keras gives them after `set_random_seed(seed)`. Arrays
    are made when they are asked for."""

    def __init__(
        self, path: str, seed: int, generation: Optional[str] = None, backend: Optional[str] = None
    ) -> None:
        self._plan = _library.Plan(path, seed, generation, backend)
        self._tensors: Dict[str, Tuple[int, Tuple[int, ...], str]] = {}
        for index in range(self._plan.count):
            name, shape, element_type = self._plan.tensor(index)
            self._tensors[name] = index, shape, _NAMES[element_type]

    def __len__(self) -> int:
        return len(self._tensors)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __getitem__(self, name: str) -> numpy.ndarray:
        index, shape, type_name = self._tensors[name]
        array = numpy.empty(shape, _numpy_type(type_name))
        self._plan.fill(index, _address(array), array.nbytes, 0, array.size, 0)
        return array

    def shape(self, name: str) -> Tuple[int, ...]:
        """A tensor's lengths, without making it."""
        return self._tensors[name][1]

    def dtype(self, name: str) -> str:
        """A tensor's element type, without making it."""
        return self._tensors[name][2]

    def slice(self, name: str, start: int, count: int) -> numpy.ndarray:
        """A flat array of `count` elements from `start` on: equal to that slice of the whole."""
        index, shape, type_name = self._tensors[name]
        if count < 0 or start < 0 or start > math.prod(shape) - count:
            raise ValueError(f"A slice must lie within {name}{shape}; received start {start}, count {count}.")
        array = numpy.empty(count, _numpy_type(type_name))
        self._plan.fill(index, _address(array), array.nbytes, start, count, 0)
        return array

    def write(self, path: str, format: Optional[str] = None, overwrite: bool = False, threads: int = 0) -> None:
        """Writes all tensors: safetensors, .weights.h5, .npz, by the path's ending or the format's name."""
        self._plan.write(path, format, overwrite, threads)


plan = Plan


def load_model(
    path: str, seed: int, generation: Optional[str] = None, backend: Optional[str] = None
) -> Dict[str, numpy.ndarray]:
    """A model's initial weights: arrays by name, in the framework's order."""
    return dict(Plan(path, seed, generation, backend))
