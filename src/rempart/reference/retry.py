"""What an acknowledgement, or its absence, means for a message sent: pure decisions, no socket and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rempart.formats.hl7v2 import Hl7Error, Message


class State(StrEnum):
    """As the user is shown it."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    ERROR = "error"  # AE: the message is wrong, sending it again would not help
    REJECTED = "rejected"  # AR: refused for now, to be sent again


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of one attempt. The error is that of the application (ERR-5), else that of HL7 (ERR-3)."""

    state: State
    detail: str = ""
    error_code: str = ""
    error_label: str = ""


_CODES = {"AA": State.ACCEPTED, "CA": State.ACCEPTED, "AE": State.ERROR, "AR": State.REJECTED}


def read_answer(block: bytes, control_id: str) -> Answer:
    """An acknowledgement read. One that is unreadable, or answers another message, is no answer at all."""
    try:
        message = Message.parse(block)
    except Hl7Error as error:
        return Answer(State.PENDING, f"réponse illisible: {error.reason}")
    if message.get("MSA-2") != control_id:
        return Answer(State.PENDING, f"acquittement d'un autre message: {message.get('MSA-2') or 'MSA-2 absent'}")
    code = message.get("MSA-1")
    state = _CODES.get(code)
    if state is None:
        return Answer(State.PENDING, f"code d'acquittement inconnu: {code or 'MSA-1 absent'}")
    if state is State.ACCEPTED:
        return Answer(state)
    words = [message.get(f"ERR-{at}") for at in ("3.1", "3.2", "5.1", "5.2", "2", "8")]
    at = "ERR-5" if message.get("ERR-5.1") else "ERR-3"
    detail = " ".join([code, *(w for w in words if w)])
    return Answer(state, detail, message.get(f"{at}.1"), message.get(f"{at}.2"))


def resend(state: State, attempts: int, retry_count: int) -> bool:
    """Whether the message has to leave again after `attempts` sendings: never once accepted or in error."""
    return state in (State.PENDING, State.REJECTED) and attempts <= retry_count
