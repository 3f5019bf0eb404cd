"""Frames between the processes: four bytes of length, a JSON header, and the bytes that it announces. Never pickles."""

from __future__ import annotations

import json
import struct
from typing import Any, Protocol

_LENGTH = struct.Struct("!I")
MAX_HEADER = 128 * 1024 * 1024  # an outcome of thousands of findings
MAX_BODY = 256 * 1024 * 1024  # a document


class Stream(Protocol):
    """A buffered binary file, or a connection made into one."""

    def read(self, size: int, /) -> bytes: ...
    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


class FrameError(ValueError):
    """What was received is no frame, or a bigger one than is accepted."""


def send(stream: Stream, header: dict[str, Any], body: bytes = b"") -> None:
    """Write a frame and flush. OSError when the other end is gone."""
    text = json.dumps({**header, "body": len(body)}).encode("ascii")
    stream.write(_LENGTH.pack(len(text)) + text)
    stream.write(body)
    stream.flush()


def receive(stream: Stream) -> tuple[dict[str, Any], bytes]:
    """The next frame. EOFError when the other end is gone, FrameError when it is none."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > MAX_HEADER:
        raise FrameError(f"header of {length} bytes")
    try:
        header = json.loads(_exactly(stream, length))
        size = header.pop("body")
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise FrameError("not a header") from error
    if not isinstance(size, int) or not 0 <= size <= MAX_BODY:
        raise FrameError(f"body of {size} bytes")
    return header, _exactly(stream, size)


def _exactly(stream: Stream, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("the other end is gone")
    return data
