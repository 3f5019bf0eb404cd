"""How a partner answers: one plain function per manner, good or bad. A bad partner is a function, not a flag."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.hl7v2.cisis import Error, acknowledgement
from rempart.formats.hl7v2.mllp import Connection, wrap
from rempart.formats.hl7v2.write import replace
from rempart.simulators.wire import new_control_id, now

if TYPE_CHECKING:
    from rempart.simulators.loop import Gate
    from rempart.simulators.mllp import MllpPartner

Answer = Callable[[Connection, bytes, "MllpPartner"], Awaitable[None]]


def _answer(message: bytes, code: str, error: Error | None = None) -> bytes | None:
    """The acknowledgement of `message`; None when there is no message to acknowledge."""
    try:
        original = Message.parse(message)
    except Hl7Error:
        return None
    return acknowledgement(original, code, error=error, control_id=new_control_id(), time=now())


async def acknowledge(connection: Connection, message: bytes, partner: MllpPartner) -> None:
    """AA, at once."""
    if ack := _answer(message, "AA"):
        await partner.reply(connection, wrap(ack))


def refuse(code: str, error: Error) -> Answer:
    """AE or AR with its ERR, every time."""

    async def behaviour(connection: Connection, message: bytes, partner: MllpPartner) -> None:
        if ack := _answer(message, code, error):
            await partner.reply(connection, wrap(ack))

    return behaviour


def refuse_then_accept(n: int, code: str, error: Error) -> Answer:
    """`n` refusals, then AA: what a temporary rejection looks like."""
    left = n

    async def behaviour(connection: Connection, message: bytes, partner: MllpPartner) -> None:
        nonlocal left
        chosen = refuse(code, error) if left > 0 else acknowledge
        left -= 1
        await chosen(connection, message, partner)

    return behaviour


async def stay_silent(connection: Connection, message: bytes, partner: MllpPartner) -> None:
    """No answer, connection open."""


def silent_then_accept(n: int) -> Answer:
    """No answer to `n` messages, connection open, then AA: a partner that comes back."""
    left = n

    async def behaviour(connection: Connection, message: bytes, partner: MllpPartner) -> None:
        nonlocal left
        chosen = stay_silent if left > 0 else acknowledge
        left -= 1
        await chosen(connection, message, partner)

    return behaviour


async def hang_up(connection: Connection, message: bytes, partner: MllpPartner) -> None:
    """No answer, connection closed."""
    await connection.close()


async def cut_in_mid_frame(connection: Connection, message: bytes, partner: MllpPartner) -> None:
    """The first half of an AA, then the end of the connection."""
    if ack := _answer(message, "AA"):
        await partner.reply(connection, wrap(ack)[: len(ack) // 2], note="bloc coupé volontairement")
    await connection.close()


async def answer_garbage(connection: Connection, message: bytes, partner: MllpPartner) -> None:
    """Bytes that are not MLLP, on an open connection."""
    await partner.reply(connection, b"HTTP/1.1 400 Bad Request\r\n\r\n", note="octets hors MLLP volontaires")


async def answer_not_hl7(connection: Connection, message: bytes, partner: MllpPartner) -> None:
    """A good block around something else."""
    await partner.reply(connection, wrap(b"<ack>OK</ack>"), note="bloc sans message HL7 volontaire")


async def wrong_control_id(connection: Connection, message: bytes, partner: MllpPartner) -> None:
    """AA of a message that was never sent."""
    if ack := _answer(message, "AA"):
        await partner.reply(connection, wrap(replace(ack, "MSA-2", "INCONNU")))


def answer_late(gate: Gate) -> Answer:
    """AA once the gate is open; the step says when."""

    async def behaviour(connection: Connection, message: bytes, partner: MllpPartner) -> None:
        await gate.wait()
        await acknowledge(connection, message, partner)

    return behaviour
