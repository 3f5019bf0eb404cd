"""A grey ICC profile of our own: what a PDF/A names as the output intent of its grey (ICC.1:2001-04, version 2)."""

from __future__ import annotations

import struct

_D50 = (0.9642, 1.0, 0.8249)  # the profile connection space is relative to it
_D65 = (0.9505, 1.0, 1.0891)  # the white of a screen
_DATE = (2026, 1, 1, 0, 0, 0)  # fixed: same profile, same bytes
_HEAD = 128


def grey_profile(gamma: float = 2.2) -> bytes:
    """A display profile, grey, of this gamma: description, copyright, white point, tone curve."""
    text = b"Rempart grey"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + b"\0" * 78,
        b"cprt": b"text\0\0\0\0No copyright\0",
        b"wtpt": b"XYZ \0\0\0\0" + _xyz(_D65),
        b"kTRC": b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)),
    }
    offset = _HEAD + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", offset + len(data), len(content))
        data += content + b"\0" * (-len(content) % 4)
    return _header(_HEAD + len(table) + len(data)) + table + data


def _header(size: int) -> bytes:
    fields = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    fields += struct.pack(">6H", *_DATE) + b"acsp" + b"\0" * 28 + _xyz(_D50)
    return fields.ljust(_HEAD, b"\0")


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"".join(struct.pack(">i", round(v * 65536)) for v in values)
