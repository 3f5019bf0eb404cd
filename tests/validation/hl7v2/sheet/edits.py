"""One change in a message, written as a line of a table.

    PID-8 = O               the value of a place (written as it is)
    -EVN   -OBX[3]          a segment taken out
    PV1 + NTE|1||un mot     a segment added behind the first PV1 (or behind `OBX[2]`)
    ORC < OBR               ORC moved right behind OBR
    ZFA x2                  a segment written twice
    old => new              the first such text of the message
    cda: old => new         the first such text of the embedded document, encoded again
    DESTDMP: N              the answer of a metadata OBX
"""

from __future__ import annotations

import base64
import re

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.write import replace, without

_PLACE = re.compile(r"([A-Z][A-Z0-9]{2}(?:\[\d+\])?-\S+) = ?(.*)", re.S)
_OUT = re.compile(r"-([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?")
_ADD = re.compile(r"([A-Z][A-Z0-9]{2})(?:\[(\d+)\])? \+ (.*)", re.S)
_MOVE = re.compile(r"([A-Z][A-Z0-9]{2})(?:\[(\d+)\])? < ([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?")
_TWICE = re.compile(r"([A-Z][A-Z0-9]{2})(?:\[(\d+)\])? x2")
_FLAG = re.compile(r"([A-Z_]{7,}): (\w*)")


def edited(data: bytes, *edits: str) -> bytes:
    for edit in edits:
        data = _edited(data, edit)
    return data


def _edited(data: bytes, edit: str) -> bytes:
    if edit.startswith("cda: "):
        return _in_document(data, edit[5:])
    if match := _OUT.fullmatch(edit):
        return without(data, match[1], int(match[2] or 1))
    if match := _PLACE.fullmatch(edit):
        return replace(data, match[1], match[2])
    if match := _ADD.fullmatch(edit):
        return _behind(data, match[1], int(match[2] or 1), match[3])
    if match := _MOVE.fullmatch(edit):
        moved = Message.parse(data).all(match[1])[int(match[2] or 1) - 1].raw
        return _behind(without(data, match[1], int(match[2] or 1)), match[3], int(match[4] or 1), moved)
    if match := _TWICE.fullmatch(edit):
        twin = Message.parse(data).all(match[1])[int(match[2] or 1) - 1].raw
        return _behind(data, match[1], int(match[2] or 1), twin)
    if match := _FLAG.fullmatch(edit):
        rank = next(n for n, s in enumerate(Message.parse(data).all("OBX"), 1) if s.get("3.1") == match[1])
        return replace(data, f"OBX[{rank}]-5.1", match[2])
    old, _, new = edit.partition(" => ")
    assert old.encode() in data, f"{old!r} is not in the message"
    return data.replace(old.encode(), new.encode(), 1)


def _behind(data: bytes, name: str, occurrence: int, line: str) -> bytes:
    segment = Message.parse(data).all(name)[occurrence - 1]
    return data[: segment.end] + b"\r" + line.encode() + data[segment.end :]


def _in_document(data: bytes, edit: str) -> bytes:
    old, _, new = edit.partition(" => ")
    document = base64.b64decode(Message.parse(data).get("OBX-5.5"))
    assert old.encode() in document, f"{old!r} is not in the document"
    changed = base64.b64encode(document.replace(old.encode(), new.encode(), 1))
    return replace(data, "OBX-5.5", changed.decode())
