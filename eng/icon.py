"""Draws icon.png: a unit and the weights that fan out of it. Needs Python only."""
import math
import struct
import zlib

SIZE, OVER = 128, 4  # pixels, and samples a pixel along each axis


def colour(x, y):
    """The colour of a point, x and y on 0..1."""
    corner = 0.18
    dx, dy = max(corner - x, x - 1 + corner, 0), max(corner - y, y - 1 + corner, 0)
    if math.hypot(dx, dy) > corner:
        return (0, 0, 0, 0)
    result = (24, 52, 84, 255)
    left = (0.22, 0.5)
    rights = [(0.78, 0.5 + 0.33 * (i - 2) / 2) for i in range(5)]
    shades = [(98, 182, 203), (190, 233, 232), (255, 202, 58), (190, 233, 232), (98, 182, 203)]
    for right, shade in zip(rights, shades):
        vx, vy = right[0] - left[0], right[1] - left[1]
        t = min(1, max(0, ((x - left[0]) * vx + (y - left[1]) * vy) / (vx * vx + vy * vy)))
        if math.hypot(x - left[0] - t * vx, y - left[1] - t * vy) < 0.014:
            result = (*shade, 255)
    for centre, radius, shade in [(left, 0.1, (255, 255, 255))] + [(r, 0.058, s) for r, s in zip(rights, shades)]:
        if math.hypot(x - centre[0], y - centre[1]) < radius:
            result = (*shade, 255)
    return result


rows = []
for row in range(SIZE):
    line = bytearray([0])
    for column in range(SIZE):
        samples = [colour((column + (i + .5) / OVER) / SIZE, (row + (j + .5) / OVER) / SIZE) for i in range(OVER) for j in range(OVER)]
        alpha = sum(s[3] for s in samples)
        line += bytes(round(sum(s[c] * s[3] for s in samples) / alpha) if alpha else 0 for c in range(3)) + bytes([round(alpha / len(samples))])
    rows.append(bytes(line))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


with open("icon.png", "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b""))
