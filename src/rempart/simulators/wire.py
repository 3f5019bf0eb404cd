"""Small facts shared by all who speak on the wire: identifiers, times, labels of exchanges."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

PROTOCOL = "hl7v2/mllp"


def new_control_id() -> str:
    """MSH-10, unique and within the 20 characters of HL7 v2.5."""
    return uuid.uuid4().hex[:20].upper()


def now() -> datetime:
    """Local time with its zone, to the second: what MSH-7 carries."""
    return datetime.now(UTC).astimezone().replace(microsecond=0)


def label_of(message: bytes) -> str:
    """`MDM^T02` as MSH-9 has it, without judging the rest: a label is wanted even for what cannot be read."""
    head = message.lstrip(b"\x0b\r\n ")[:2000].split(b"\r", 1)[0].split(b"\n", 1)[0]
    fields = head.split(head[3:4]) if head.startswith(b"MSH") and len(head) > 3 else []
    if len(fields) < 9:
        return "octets"
    return "^".join(fields[8].decode("latin-1").split("^")[:2]) or "octets"
