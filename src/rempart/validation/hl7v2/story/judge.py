"""Judging a folder: every message alone, then against those before it, then the story itself.

CDA documents of the folder are judged alone too, and then together: identifiers, versions, N1 and N3 (`cda.story`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.story import DocumentSet
from rempart.validation.cda.validate import EDITION as CDA_EDITION
from rempart.validation.declared import Declared
from rempart.validation.editions import validate_editions
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.select import select
from rempart.validation.hl7v2.story.acks import Acknowledgements
from rempart.validation.hl7v2.story.business import BusinessAcknowledgements
from rempart.validation.hl7v2.story.capture import Piece, pieces
from rempart.validation.hl7v2.story.consent import Consents
from rempart.validation.hl7v2.story.control_ids import ControlIds
from rempart.validation.hl7v2.story.documents import Documents
from rempart.validation.hl7v2.story.entry import Entry, Place, StateRules
from rempart.validation.hl7v2.story.identity import Identities
from rempart.validation.hl7v2.story.movements import Movements
from rempart.validation.hl7v2.story.people import People
from rempart.validation.hl7v2.story.sequence import Story, sequence
from rempart.validation.registry import finding
from rempart.validation.report import STORY, Report

_MAX_FINDINGS = 1000  # of the story line; each is on the line of its message too
_MAX_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One message, and its reports, one per edition that judged it. The story itself has no label and no bytes."""

    label: str
    data: bytes
    reports: list[Report]


def validate_story(folder: Path, *, editions: Sequence[str] = (), **declared: Unpack[Declared]) -> Iterator[Judged]:
    """Each message in order, then the story itself.

    State findings are in the reports of the message where they show, and again in that of the story, whose locations
    start with the file. Never raises on what files hold; OSError when the folder cannot be listed.
    Memory is that of the largest message, and a few facts of each.
    """
    story = sequence(pieces(folder))
    state = _State(story, editions)
    found: list[Finding] = []
    for index, piece in enumerate(story.pieces):
        judged, told = _one(state, index, piece, editions, declared)
        found += [_located(f, piece.label) for f in told]
        yield judged
    found += [_located(f, place.label) for place, f in state.end()]
    found += [_located(f, label) for label, f in state.set.end()]
    yield Judged("", b"", [_story_report(story, state, found)])


class _State:
    """What is known so far."""

    def __init__(self, story: Story, editions: Sequence[str]) -> None:
        self.story, self.seen = story, 0
        self.set = DocumentSet(next((e for e in editions if e.startswith("1.")), CDA_EDITION))
        people = People()
        self.control_ids = ControlIds()
        self.acknowledgements = Acknowledgements()
        self.rules: tuple[StateRules, ...] = (
            people,
            Movements(people),
            Identities(people),
            Consents(people),
            Documents(),
            BusinessAcknowledgements(),
        )

    def see(self, entry: Entry) -> Iterator[Finding]:
        """A message that was refused, or is sent again, changes nothing and contradicts nothing."""
        self.seen += 1
        yield from self.acknowledgements.see(entry)
        yield from self.control_ids.see(entry)
        if self.control_ids.resent(entry) or self.story.refused(entry.index):
            return
        for rules in self.rules:
            yield from rules.see(entry)

    def end(self) -> Iterator[tuple[Place, Finding]]:
        for rules in self.rules:
            yield from rules.end()


def _one(
    state: _State, index: int, piece: Piece, editions: Sequence[str], declared: Declared
) -> tuple[Judged, list[Finding]]:
    try:
        data = piece.read()
    except (OSError, ValueError) as error:
        return Judged(piece.label, b"", [Report("inconnu", "", unreadable=str(error))]), []
    reports = validate_editions(data, editions, **declared)
    if reports[0].kind.startswith("CDA"):
        state.set.see(piece.label, data)
        return Judged(piece.label, data, reports), []
    told: list[Finding] = []
    try:
        message = Message.parse(data)
        profile = select(message, editions[0] if editions else None).profile
        if profile and not reports[0].unreadable:
            told = list(
                state.see(
                    Entry(index, piece, Context(message, profile, declared.get("environment") or "test"), state.story)
                )
            )
    except Hl7Error:
        pass  # its own report says so
    except Exception as error:  # a fault of ours must not hide the other messages, nor pass for a verdict
        reports[0].unreadable = f"règles d'état interrompues par une erreur de Rempart: {error!r}"
    alone = {(f.rule, f.location) for f in reports[0].findings}
    told = [f for f in told if (f.rule, f.location) not in alone]
    for report in reports:
        report.findings += told
    return Judged(piece.label, data, reports), told


def _located(found: Finding, label: str) -> Finding:
    return found.model_copy(update={"location": f"{label}, {found.location}", "offset": None})


def _story_report(story: Story, state: _State, found: list[Finding]) -> Report:
    if not state.seen and not state.set:
        text = "aucun message HL7v2 à juger dans le dossier" if story.pieces else "le dossier est vide"
        return Report(STORY, "", unreadable=text)
    missing = [_missing(story.skipped)] if story.skipped else []
    if len(found) > _MAX_FINDINGS:
        found = sorted(found, key=lambda f: f.severity is not Severity.ERROR)[:_MAX_FINDINGS]
    validators = [f"règles d'état ({state.seen} messages)"] if state.seen else []
    validators += [f"règles d'ensemble ({len(state.set)} documents)"] if state.set else []
    return Report(STORY, "", [*missing, *found], validators)


def _missing(numbers: list[int]) -> Finding:
    shown = ", ".join(str(n) for n in numbers[:_MAX_NUMBERS]) + (", …" if len(numbers) > _MAX_NUMBERS else "")
    return finding("STORY-001", "dossier", f"la numérotation des fichiers saute {shown}", actual=shown)
