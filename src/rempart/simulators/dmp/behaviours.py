"""How the simulated DMP answers: one plain function per manner, good or bad, as for the MLLP partners."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

from rempart.simulators.dmp.refusals import Refusal
from rempart.simulators.https import Response

if TYPE_CHECKING:
    from rempart.simulators.dmp.turn import Turn
    from rempart.simulators.loop import Gate

Behaviour = Callable[["Turn"], Awaitable[None]]


async def obey(turn: Turn) -> None:
    """Do what is asked and answer at once: state, rights and real errors."""
    await turn.send(turn.obeyed())


def refuse(code: str, about: str = "") -> Behaviour:
    """Refuse every call with one error (`XDSRegistryBusy`, `XDSDuplicateUniqueIdInRegistry`…), and keep nothing."""
    refusal = Refusal(code, about)
    assert refusal.text  # an unknown code is an error of the scenario: said at once

    async def behaviour(turn: Turn) -> None:
        await turn.send(turn.refused(refusal))

    return behaviour


def fault(code: str) -> Behaviour:
    """Answer every call with a SOAP fault (`DMPInvalidCertificate`)."""
    refusal = Refusal(code)
    assert refusal.text

    async def behaviour(turn: Turn) -> None:
        await turn.send(turn.faulted(refusal))

    return behaviour


def then_obey(n: int, first: Behaviour) -> Behaviour:
    """`n` calls answered the bad way, then the good one: a DMP that comes back."""
    left = n

    async def behaviour(turn: Turn) -> None:
        nonlocal left
        chosen = first if left > 0 else obey
        left -= 1
        await chosen(turn)

    return behaviour


def only(transactions: Collection[str], chosen: Behaviour, otherwise: Behaviour = obey) -> Behaviour:
    """A manner for some transactions (`TD2.1`, or the family `TD3.3`), another for the rest."""

    async def behaviour(turn: Turn) -> None:
        await (chosen if turn.transaction in transactions else otherwise)(turn)

    return behaviour


def slow(gate: Gate) -> Behaviour:
    """Obey, and answer once the gate is open: "late" needs no clock."""

    async def behaviour(turn: Turn) -> None:
        answer = turn.obeyed()
        await gate.wait()
        await turn.send(answer)

    return behaviour


async def stay_silent(turn: Turn) -> None:
    """Neither obey nor answer; the connection stays open until the client has enough."""
    await turn.wait_for_the_end()


async def hang_up(turn: Turn) -> None:
    """Neither obey nor answer, connection cut."""
    turn.cut()


async def obey_and_hang_up(turn: Turn) -> None:
    """Do what is asked, and cut before answering: what makes a careless client send a document twice."""
    turn.obeyed()
    turn.cut()


async def cut_in_mid_answer(turn: Turn) -> None:
    """Obey, send half of the answer, cut."""
    answer = turn.obeyed()
    await turn.send(answer[: len(answer) // 2], note="réponse coupée volontairement", whole=False)
    turn.cut()


async def unavailable(turn: Turn) -> None:
    """HTTP 503, as a service under maintenance."""
    await turn.send(Response(b"Service indisponible", status=503).wire(), note="indisponibilité volontaire")


async def answer_garbage(turn: Turn) -> None:
    """HTTP 200 around something that is no SOAP."""
    await turn.send(
        Response(b"<html><body>Maintenance</body></html>", "text/html; charset=utf-8").wire(),
        note="réponse hors SOAP volontaire",
    )


# As features name them.
BEHAVIOURS: dict[str, Behaviour] = {
    "répond": obey,
    "ne répond pas": stay_silent,
    "coupe la connexion": hang_up,
    "prend le document puis coupe la connexion": obey_and_hang_up,
    "coupe sa réponse": cut_in_mid_answer,
    "est indisponible": unavailable,
    "répond hors SOAP": answer_garbage,
    "est occupé": refuse("XDSRegistryBusy"),
    "refuse le certificat": fault("DMPInvalidCertificate"),
}
