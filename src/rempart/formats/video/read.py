"""Any video at rest: recognised by its first bytes, its header read by the reader of its container."""

from __future__ import annotations

from dataclasses import dataclass


class VideoError(ValueError):
    """The bytes are not a video that can be read. `reason` is French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Video:
    """`seconds` is None when the container does not say its length (a recording written as it was made)."""

    container: str  # MP4, MOV, WebM, Matroska
    seconds: float | None
    width: int  # pixels; 0 when the file has no picture
    height: int


def recognised(data: bytes) -> bool:
    """Does it begin as one of the containers that `read` knows?"""
    from rempart.formats.video import isobmff, matroska

    return isobmff.recognised(data) or matroska.recognised(data)


def read(data: bytes) -> Video:
    """The header of an MP4, MOV, WebM or Matroska file. Raises VideoError when it is none, cut or malformed."""
    from rempart.formats.video import isobmff, matroska

    if isobmff.recognised(data):
        return isobmff.read(data)
    if matroska.recognised(data):
        return matroska.read(data)
    raise VideoError("ni MP4, ni MOV, ni WebM, ni MKV")
