"""What the steps of several topics hand to one another."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rempart.candidate.driver import Reply
from rempart.formats.hl7v2.cisis import Patient
from rempart.model.inconclusive import Inconclusive
from rempart.simulators.deliveries import Delivery
from rempart.simulators.sender import Dialogue

# In silences. What the user does before a delayed sending, and the silence that shows that it is delayed, fit in the
# delay, on a slow machine too.
DELAY, PAST_DELAY = 2.5, 4


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message of the patient administration, its answer, and the rule that says what the DPI had to do of it."""

    patient: Patient
    dialogue: Dialogue
    rule: str


@dataclass(frozen=True, slots=True)
class FaultyAnnouncement(Announcement):
    """A wrong message: the rule that asks for its refusal, and the codes of which one is expected.

    `rule` is then that of its effects: none when it was refused, and nothing firmer than `refusal` when it was not.
    """

    refusal: str = ""
    codes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Produced:
    """A document of the DPI: its own reference, and the identifier of the CDA."""

    reference: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A document handed over by a neighbour of the candidate, what the candidate answered, and what came before."""

    delivery: Delivery
    dialogue: Dialogue
    earlier: Handed | None = None


@dataclass(frozen=True, slots=True)
class Faulty(Handed):
    """A wrong message: the rule that asks for its refusal, and the codes of which one is expected."""

    rule: str = ""
    codes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def patient_id(patient: Patient) -> dict[str, str]:
    """The patient as a driver names them."""
    return {"value": patient.ipp, "authority": patient.ipp_authority.id}


def prepared(reply: Reply, what: str) -> Any:
    """The answer to an action that only sets the scene. Raises Inconclusive when it was refused."""
    answer: Any = reply.answer
    if answer.outcome != "done":
        raise Inconclusive(f"{what}: le candidat refuse ({answer.reason or 'sans dire pourquoi'})")
    return answer


def understood(dialogue: Dialogue, what: str) -> Dialogue:
    """A message that only sets the scene. Raises Inconclusive when it was not accepted."""
    if not dialogue.accepted:
        raise Inconclusive(f"{what}: le candidat répond {dialogue.acknowledgement.get('MSA-1') or 'sans MSA-1'}")
    return dialogue


def quietly(ask: Callable[[], object]) -> None:
    """What puts a setting back once the scenario is over: best effort, as nothing is judged any more."""
    with contextlib.suppress(Inconclusive):
        ask()
