"""The files of a folder, cut into messages: where each stands, and what its first bytes say. Nothing else is kept.

A file holds one message, MLLP-framed or not, or several MLLP blocks. Several messages without blocks are one faulty
message (HL7-005), as they are for `rempart validate FILE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.hl7v2.message import MAX_MESSAGE

_CHUNK, _OVERLAP, _HEAD = 1 << 20, 8, 1 << 13
_BLOCK = re.compile(rb"\x0b(?=MSH)|(?<=\x1c\r)\x0b|(?<=\x1c\r\n)\x0b")
_BEFORE_A_MESSAGE = b"\xef\xbb\xbf\x0b\r\n\t "


@dataclass(frozen=True, slots=True)
class Head:
    """What the beginning of a message says: enough to order it and to tie answers, without its document."""

    kind: str  # MSH-9.1
    sender: str  # MSH-3.1
    receiver: str  # MSH-5.1
    time: str  # MSH-7.1
    control_id: str
    answers: str  # control id of the message that it answers: MSA-2 of an ACK, OBX-4 of a ZAM; "" for the others
    code: str  # MSA-1


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of one file: bytes `start` to `end`. `head` is None when it does not start as a message."""

    file: Path
    number: int  # 1, 2… among the messages of the file; 0 when it is alone
    start: int
    end: int
    head: Head | None

    @property
    def label(self) -> str:
        """`003.er7`, or `echanges.mllp#2` for the second message of a file that holds several."""
        return f"{self.file.name}#{self.number}" if self.number else self.file.name

    def read(self) -> bytes:
        """OSError when the file cannot be read, ValueError (French) when the message is too big to be."""
        if self.end - self.start > MAX_MESSAGE:
            raise ValueError(f"message au-delà de {MAX_MESSAGE // 1024 // 1024} Mio")
        with self.file.open("rb") as file:
            file.seek(self.start)
            return file.read(self.end - self.start)


def pieces(folder: Path) -> Iterator[Piece]:
    """Every message of the files directly in the folder, by file name. Hidden files and sub-folders are left aside."""
    for file in sorted(f for f in folder.iterdir() if not f.name.startswith(".") and not f.is_dir()):
        try:
            cuts = list(_cuts(file)) if file.is_file() else [(0, 0)]
        except OSError:
            cuts = [(0, 0)]  # reading it again will say why
        for number, (start, end) in enumerate(cuts, 1):
            yield Piece(file, number if len(cuts) > 1 else 0, start, end, _head(file, start, end))


def _cuts(file: Path) -> Iterator[tuple[int, int]]:
    """Start and end of each block. What stands before the first one belongs to it, when it is no more than blank."""
    size = file.stat().st_size
    starts = list(_starts(file))
    if starts and starts[0] > 0 and not _blank(file, starts[0]):
        starts.insert(0, 0)
    starts = starts or [0]
    starts[0] = 0
    yield from zip(starts, [*starts[1:], size], strict=True)


def _starts(file: Path) -> Iterator[int]:
    at, tail, last = 0, b"", -1
    length = min(_CHUNK, file.stat().st_size + 1)
    with file.open("rb") as stream:
        while chunk := stream.read(length):
            data = tail + chunk
            for found in _BLOCK.finditer(data):
                position = at - len(tail) + found.start()
                if position > last:
                    yield (last := position)
            at += len(chunk)
            tail = data[-_OVERLAP:]


def _blank(file: Path, size: int) -> bool:
    with file.open("rb") as stream:
        return size < _HEAD and not stream.read(size).strip(_BEFORE_A_MESSAGE)


def _head(file: Path, start: int, end: int) -> Head | None:
    try:
        with file.open("rb") as stream:
            stream.seek(start)
            message = Message.parse(stream.read(min(end - start, _HEAD)))
    except (OSError, Hl7Error):
        return None
    kind = message.get("MSH-9.1")
    return Head(
        kind=kind,
        sender=message.get("MSH-3.1"),
        receiver=message.get("MSH-5.1"),
        time=message.get("MSH-7.1"),
        control_id=message.control_id,
        answers=message.get("MSA-2") if kind == "ACK" else message.get("OBX-4") if kind == "ZAM" else "",
        code=message.get("MSA-1"),
    )
