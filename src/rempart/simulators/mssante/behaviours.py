"""How the simulated operator answers: one plain function per manner, good or bad, as for the other partners.

A behaviour is called at each moment at which the operator decides (`Turn.stage`), and obeys at those that it does not
change. What is wrong with TLS is no behaviour: see `SimulatedOperator.fault`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from rempart.simulators.mssante.imap.turn import GREETING, ImapTurn
from rempart.simulators.mssante.smtp.turn import Stage, Turn

if TYPE_CHECKING:
    from rempart.simulators.loop import Gate

Behaviour = Callable[[Turn], Awaitable[None]]
ImapBehaviour = Callable[[ImapTurn], Awaitable[None]]


async def obey(turn: Turn) -> None:
    """Do what is asked and answer at once: mailboxes, quotas, real refusals."""
    await turn.obey()


def refuse(reply: str, stage: Stage = "message") -> Behaviour:
    """Answer this line at this stage (`451 4.3.0 …` for a while, `554 5.7.1 …` for good)."""

    async def behaviour(turn: Turn) -> None:
        await (turn.reply(reply) if turn.stage == stage else turn.obey())

    return behaviour


def then_obey(n: int, first: Behaviour) -> Behaviour:
    """`n` mails served the bad way from their first recipient on, then the good one: an operator that comes back."""
    served: set[str] = set()

    async def behaviour(turn: Turn) -> None:
        if turn.mail and len(served) < n:
            served.add(turn.mail)
        await (first if turn.mail in served else obey)(turn)

    return behaviour


def then_welcome(n: int, first: Behaviour) -> Behaviour:
    """`n` connections greeted the bad way, then the good one."""
    left = n

    async def behaviour(turn: Turn) -> None:
        nonlocal left
        chosen = first if left > 0 and turn.stage == "greeting" else obey
        left -= turn.stage == "greeting"
        await chosen(turn)

    return behaviour


def greylist() -> Behaviour:
    """The first time that a sender writes to a recipient, ask it to come back; take it the next time."""
    known: set[tuple[str, str]] = set()

    async def behaviour(turn: Turn) -> None:
        pair = (turn.sender.lower(), turn.address.lower())
        if turn.stage == "recipient" and pair not in known:
            known.add(pair)
            return await turn.reply("450 4.7.1 Liste grise, reessayez plus tard")
        await turn.obey()

    return behaviour


def slow(gate: Gate) -> Behaviour:
    """Take the mail, and answer once the gate is open: "late" needs no clock."""

    async def behaviour(turn: Turn) -> None:
        if turn.stage == "message":
            await gate.wait()
        await turn.obey()

    return behaviour


async def stay_silent(turn: Turn) -> None:
    """The mail comes whole, and is neither taken nor answered; the connection stays open."""
    await (turn.wait_for_the_end() if turn.stage == "message" else turn.obey())


async def hang_up(turn: Turn) -> None:
    """The mail comes whole; not taken, connection cut."""
    if turn.stage == "message":
        turn.cut()
    await turn.obey()


async def obey_and_hang_up(turn: Turn) -> None:
    """The mail is taken, and the connection cut before saying so: what makes a careless client send it twice."""
    if turn.stage == "message":
        turn.take()
        turn.cut()
    await turn.obey()


def cut_in_mid_message(size: int = 4096) -> Behaviour:
    """Hang up when so many bytes of the mail have come."""

    async def behaviour(turn: Turn) -> None:
        await (turn.obey_until(size) if turn.stage == "data" else turn.obey())

    return behaviour


# As features name them: made anew for each scenario, for some of them count.
BEHAVIOURS: dict[str, Callable[[], Behaviour]] = {
    "accepte": lambda: obey,
    "refuse pour l'instant": lambda: refuse("451 4.3.0 Service momentanement indisponible"),
    "refuse le courriel": lambda: refuse("554 5.7.1 Courriel refuse"),
    "trouve le courriel trop volumineux": lambda: refuse("552 5.3.4 Courriel trop volumineux"),
    "refuse le destinataire": lambda: refuse("550 5.1.1 Boite inconnue", "recipient"),
    "met en liste grise": greylist,
    "ne répond pas": lambda: stay_silent,
    "coupe la connexion": lambda: hang_up,
    "prend le courriel puis coupe la connexion": lambda: obey_and_hang_up,
    "coupe au milieu du courriel": cut_in_mid_message,
    "est indisponible": lambda: refuse("421 4.3.2 Service indisponible", "greeting"),
}


async def imap_obey(turn: ImapTurn) -> None:
    """Do what is asked and answer at once."""
    await turn.obey()


def imap_refuse(*commands: str, reply: str = "NO [UNAVAILABLE] Service indisponible") -> ImapBehaviour:
    """Answer this to these commands (`SELECT`, `FETCH`, `UID FETCH`…)."""

    async def behaviour(turn: ImapTurn) -> None:
        await (turn.reply(reply) if turn.command in commands else turn.obey())

    return behaviour


def imap_cut(*commands: str, after: int | None = None) -> ImapBehaviour:
    """Hang up on these commands; `after`: obey, and hang up once so many bytes of the answer have left."""

    async def behaviour(turn: ImapTurn) -> None:
        if turn.command not in commands:
            return await turn.obey()
        if after is None:
            turn.cut()
        turn.cut_after(after)
        await turn.obey()

    return behaviour


def imap_slow(gate: Gate, *commands: str) -> ImapBehaviour:
    """Obey these commands once the gate is open."""

    async def behaviour(turn: ImapTurn) -> None:
        if turn.command in commands:
            await gate.wait()
        await turn.obey()

    return behaviour


def imap_then_obey(n: int, first: ImapBehaviour, *commands: str) -> ImapBehaviour:
    """`n` of these commands served the bad way, then the good one."""
    left = n

    async def behaviour(turn: ImapTurn) -> None:
        nonlocal left
        chosen = first if left > 0 else imap_obey
        left -= turn.command in commands
        await chosen(turn)

    return behaviour


IMAP_BEHAVIOURS: dict[str, Callable[[], ImapBehaviour]] = {
    "répond": lambda: imap_obey,
    "refuse d'ouvrir la boîte": lambda: imap_refuse("SELECT", "EXAMINE"),
    "coupe au milieu du relevé": lambda: imap_cut("FETCH", "UID FETCH", after=4096),
    "est indisponible": lambda: imap_refuse(GREETING, reply="BYE Service indisponible"),
}
