"""Make TorchSharp's native library load where libstdc++ is older than the one it was built with.

It needs the version GLIBCXX_3.4.32 for one symbol alone. This script changes what the library asks for to
GLIBCXX_3.4.30; the symbol itself comes from eng/torchsharp_old_libstdcxx.cpp, which is preloaded.
Usage: torchsharp_old_libstdcxx.py libLibTorchSharp.so
"""

import struct
import sys

VERSION_NEEDS = 0x6FFFFFFE  # SHT_GNU_verneed of the ELF format
NEW, OLD = "GLIBCXX_3.4.32", "GLIBCXX_3.4.30"


def elf_hash(name):
    value = 0
    for character in name.encode():
        value = (value << 4) + character
        high = value & 0xF0000000
        if high:
            value ^= high >> 24
        value &= ~high
    return value & 0xFFFFFFFF


def sections(data):
    (offset,) = struct.unpack_from("<Q", data, 40)
    size, count, _ = struct.unpack_from("<HHH", data, 58)
    for i in range(count):
        fields = struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size)
        yield fields[1], fields[4], fields[6], fields[7]  # type, offset, link, info


def main(path):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    table = list(sections(data))
    for kind, offset, link, count in table:
        if kind != VERSION_NEEDS:
            continue
        strings = table[link][1]
        at = offset
        for _ in range(count):
            _, versions, _, first, following = struct.unpack_from("<HHIII", data, at)
            entry, found = at + first, {}
            for _ in range(versions):
                _, _, _, name, step = struct.unpack_from("<IHHII", data, entry)
                start = strings + name
                found[data[start : data.index(0, start)].decode()] = (entry, name)
                entry += step
            if NEW in found and OLD in found:
                entry, _ = found[NEW]
                struct.pack_into("<I", data, entry, elf_hash(OLD))
                struct.pack_into("<I", data, entry + 8, found[OLD][1])
            at += following
    with open(path, "wb") as file:
        file.write(data)


main(sys.argv[1])
