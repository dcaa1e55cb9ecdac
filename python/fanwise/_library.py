"""The C interface (fanwise.h), by ctypes. Nothing here knows initializers or models."""

import ctypes
import os
import struct
import sys
from typing import Any, Optional, Sequence

ABI_VERSION = 1

#: Element types as fanwise.h numbers them, and their sizes in bytes.
ELEMENT_TYPES = {
    "float32": (0, 4),
    "float64": (1, 8),
    "float16": (2, 2),
    "bfloat16": (3, 2),
    "int8": (4, 1),
    "int32": (5, 4),
    "int64": (6, 8),
    "bool": (7, 1),
}

_WRONG_REQUEST = 2
_library = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "bin", "libfanwise.so"))

_handle, _i32, _i64 = ctypes.c_ssize_t, ctypes.c_int32, ctypes.c_int64
_text, _pointer = ctypes.c_char_p, ctypes.c_void_p


def _declare(name: str, *arguments: Any, result: Any = _i32) -> Any:
    function = getattr(_library, name)
    function.argtypes = arguments
    function.restype = result
    return function


_declare("fanwise_abi_version")
if _library.fanwise_abi_version() != ABI_VERSION:
    raise ImportError(
        f"The library of this wheel must have the interface {ABI_VERSION}; "
        f"it has {_library.fanwise_abi_version()}."
    )

_last_error = _declare("fanwise_last_error", _text, _i64, result=_i64)
_create = _declare("fanwise_initializer_create", _text, _text, _pointer)
_fill = _declare(
    "fanwise_initializer_fill", _handle, _text, _text, _i32, _i32, _i64, _i64, _i32, _pointer, _i64
)
_free_initializer = _declare("fanwise_initializer_free", _handle, result=None)
_read = _declare("fanwise_plan_read", _text, _i64, _text, _text, _pointer)
_count = _declare("fanwise_plan_count", _handle, _pointer)
_name = _declare("fanwise_plan_name", _handle, _i64, _text, _i64, _pointer)
_tensor = _declare("fanwise_plan_tensor", _handle, _i64, _pointer, _pointer, _i32, _pointer, _pointer)
_fill_tensor = _declare("fanwise_plan_fill", _handle, _i64, _i64, _i64, _i32, _pointer, _i64)
_write = _declare("fanwise_plan_write", _handle, _text, _text, _i32, _i32)
_free_plan = _declare("fanwise_plan_free", _handle, result=None)
_packers: dict = {}


def _check(status: int) -> None:
    """Turns a status into the exception that a Python user expects, with the library's sentence."""
    if status == 0:
        return
    length = _last_error(None, 0)
    buffer = ctypes.create_string_buffer(length + 1)
    _last_error(buffer, length + 1)
    sentence = buffer.value.decode("utf-8", "replace")
    raise ValueError(sentence) if status == _WRONG_REQUEST else OSError(sentence)


def _bytes(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else text.encode("utf-8")


class Initializer:
    """A handle of an initializer; freed with this object."""

    def __init__(self, name_or_json: str, backend: Optional[str]) -> None:
        self._handle = 0
        handle = _handle()
        _check(_create(_bytes(name_or_json), _bytes(backend), ctypes.byref(handle)))
        self._handle = handle.value

    def __del__(self) -> None:
        if self._handle:
            _free_initializer(self._handle)

    def fill(
        self, address: int, size: int, shape: Sequence[int], element_type: int, start: int, count: int,
        seed: Optional[int], threads: int,
    ) -> None:
        """Fills memory at an address with elements of a tensor of this shape."""
        # Packed bytes stand for pointers to integers: making ctypes' own objects would cost more than a small draw.
        rank = len(shape)
        pack = _packers.get(rank)
        if pack is None:
            pack = _packers[rank] = struct.Struct(f"={rank}q").pack
        packed_seed = None if seed is None else seed.to_bytes(8, sys.byteorder, signed=True)
        _check(_fill(self._handle, packed_seed, pack(*shape), rank, element_type, start, count, threads, address, size))


class Plan:
    """A handle of a model's plan; freed with this object."""

    def __init__(self, path: str, seed: int, generation: Optional[str], backend: Optional[str]) -> None:
        self._handle = 0
        handle = _handle()
        _check(_read(os.fsencode(path), seed, _bytes(generation), _bytes(backend), ctypes.byref(handle)))
        self._handle = handle.value
        count = _i64()
        _check(_count(self._handle, ctypes.byref(count)))
        self.count = count.value

    def __del__(self) -> None:
        if self._handle:
            _free_plan(self._handle)

    def tensor(self, index: int) -> "tuple[str, tuple[int, ...], int]":
        """A tensor's name, lengths and element type."""
        length = _i64()
        _check(_name(self._handle, index, None, 0, ctypes.byref(length)))
        name = ctypes.create_string_buffer(length.value + 1)
        _check(_name(self._handle, index, name, length.value + 1, None))
        rank, element_type, shape = _i32(), _i32(), (_i64 * 64)()
        _check(_tensor(self._handle, index, ctypes.byref(rank), shape, 64, ctypes.byref(element_type), None))
        return name.value.decode("utf-8"), tuple(shape[: rank.value]), element_type.value

    def fill(self, index: int, address: int, size: int, start: int, count: int, threads: int) -> None:
        """Fills memory at an address with elements of a tensor."""
        _check(_fill_tensor(self._handle, index, start, count, threads, address, size))

    def write(self, path: str, format: Optional[str], overwrite: bool, threads: int) -> None:
        """Writes all tensors."""
        _check(_write(self._handle, os.fsencode(path), _bytes(format), overwrite, threads))
