"""Videos made by hand, as small as their containers allow: what a recorder writes, and what an interruption leaves."""

from __future__ import annotations

import struct


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(seconds: float = 30, width: int = 1280, height: int = 720, brand: bytes = b"isom") -> bytes:
    mvhd = box(b"mvhd", bytes(12), struct.pack(">II", 1000, round(seconds * 1000)), bytes(80))
    tkhd = box(b"tkhd", bytes(76), struct.pack(">II", width << 16, height << 16))
    sound = box(b"trak", box(b"tkhd", bytes(84)))
    moov = box(b"moov", mvhd, sound, box(b"trak", tkhd))
    return box(b"ftyp", brand, bytes(4)) + box(b"mdat", b"pictures") + moov


def element(identifier: int, content: bytes) -> bytes:
    size = (1 << 28) | len(content)
    return identifier.to_bytes((identifier.bit_length() + 7) // 8, "big") + size.to_bytes(4, "big") + content


def webm(seconds: float | None = 30, width: int = 1280, height: int = 720, doctype: bytes = b"webm") -> bytes:
    info = element(0x2AD7B1, (1_000_000).to_bytes(3, "big"))
    if seconds is not None:
        info += element(0x4489, struct.pack(">d", seconds * 1000))
    video = element(0xE0, element(0xB0, width.to_bytes(2, "big")) + element(0xBA, height.to_bytes(2, "big")))
    segment = element(0x1549A966, info) + element(0x1654AE6B, element(0xAE, video)) + element(0x1F43B675, b"\0" * 9)
    return element(0x1A45DFA3, element(0x4282, doctype)) + element(0x18538067, segment)
