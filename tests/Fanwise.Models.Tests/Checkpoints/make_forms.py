"""Writes forms.h5: what h5py makes of arrays and lists in each of the forms that its users meet."""
import sys
import h5py
import numpy as np

with h5py.File(sys.argv[1], "w") as f:
    f.attrs["fixed"] = np.bytes_(b"a fixed string")
    f.attrs["variable"] = "ein längerer Text"
    f.attrs["list"] = np.array([b"kernel:0", b"bias:0"], dtype="S12")
    f.attrs.create("variables", ["one", "", "three"], dtype=h5py.string_dtype())
    f.attrs["empty"] = []
    for part in range(3):
        f.attrs[f"cut{part}"] = [f"layer_{part}_{i}".encode() for i in range(4)]
    ramp = lambda shape, dtype: np.arange(np.prod(shape, dtype=int), dtype="float64").reshape(shape).astype(dtype)
    f["plain/float32"] = ramp((3, 5), "<f4")
    f["plain/float64"] = ramp((2, 2), "<f8")
    f["plain/float16"] = ramp((7,), "<f2")
    f["plain/int8"] = ramp((3,), "i1")
    f["plain/int32"] = ramp((3,), "<i4")
    f["plain/int64"] = ramp((3,), "<i8")
    f["plain/uint8"] = ramp((3,), "u1")
    f["plain/uint32"] = ramp((3,), "<u4")
    f["plain/bool"] = np.array([True, False, True])
    f["plain/scalar"] = np.float32(2.5)
    f["plain/nothing"] = np.zeros((0, 4), "<f4")
    f["other/big"] = ramp((4,), ">f4")
    f["other/complex"] = ramp((2,), "<c8")
    f["other/text"] = np.array([b"ab", b"c"], dtype="S2")
    f["other/words"] = ["x", "yz"]
    g = f.create_group("chunks")
    g.create_dataset("gzip", data=ramp((7, 9), "<f4"), chunks=(3, 4), compression="gzip", shuffle=True, fletcher32=True)
    g.create_dataset("plain", data=ramp((5, 2, 3), "<f8"), chunks=(2, 2, 2))
    g.create_dataset("grows", data=ramp((10,), "<i4"), maxshape=(None,), chunks=(4,))
    g.create_dataset("packed", data=np.zeros((64, 64), "<f4"), chunks=(32, 32), compression="gzip")
    many = f.create_group("many")
    for i in range(40):
        many[f"weight_{i:02}"] = np.full((2,), i, "<f4")
