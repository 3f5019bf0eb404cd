"""Why a message is not integrated, and how its acknowledgement says so."""

from __future__ import annotations

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import Error, application_error
from rempart.formats.hl7v2.path import parse_path

# HL7 table 0357: below 200, an error of the message (AE); from 200 to 206, a rejection (AR). 207 is an application's.
_REJECTIONS = range(200, 207)


class Refusal(Exception):
    """`error` is what ERR says; the code of MSA-1 follows from it."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.text or error.condition)
        self.error = error

    @property
    def code(self) -> str:
        """AE or AR."""
        return "AR" if int(self.error.condition) in _REJECTIONS else "AE"


def refuse(condition: str, location: str = "", text: str = "") -> Refusal:
    """A technical refusal. `location` is an address such as `PID-3.1`, written as an ERL."""
    return Refusal(Error(condition=condition, location=erl(location), text=text))


def refuse_application(code: str, location: str = "", text: str = "") -> Refusal:
    """A refusal of the application: 207 with one of the codes 900 to 906."""
    return Refusal(application_error(code, erl(location), text))


def erl(location: str) -> str:
    """`PID-3.1` as ERR-2 writes it: `PID^1^3^1^1`."""
    if not location:
        return ""
    p = parse_path(location)
    parts: list[object] = [p.segment, p.occurrence]
    if p.field is not None:
        parts.append(p.field)
    if p.component is not None:
        parts += [p.repetition or 1, p.component]
    return "^".join(str(part) for part in parts)


def require_segments(message: Message, *names: str) -> None:
    """Raises Refusal 100 on the first segment that is absent."""
    for name in names:
        if message.first(name) is None:
            raise refuse("100", name, f"le segment {name} est absent")


def require_order(message: Message, *names: str) -> None:
    """Raises Refusal 100 when the first segments of these names do not come in this order. Absent ones are skipped."""
    last = -1
    for name in names:
        if (found := message.first(name)) is None:
            continue
        if found.index < last:
            raise refuse("100", name, f"le segment {name} n'est pas à sa place")
        last = found.index


def require_fields(message: Message, *addresses: str) -> None:
    """Raises Refusal 101 on the first place that holds nothing."""
    for address in addresses:
        if not message.get(address):
            raise refuse("101", address, f"{address} est obligatoire")
