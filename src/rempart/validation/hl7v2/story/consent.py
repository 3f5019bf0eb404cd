"""The patient's choice about the DMP, as last recorded by ZFA-9, and the orders that come after it (HL7-101).

Opposed (IO) forbids to ask for a publication or a replacement in the DMP; INO, NA, or nothing recorded, allows it (2023
doctrine). A deletion is no publication. A merge (A40) keeps the later choice of the two identities: they are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rempart.model.finding import Finding
from rempart.validation.hl7v2.facts import metadata
from rempart.validation.hl7v2.story.documents import DELETE, action
from rempart.validation.hl7v2.story.entry import Entry, Place
from rempart.validation.hl7v2.story.people import People, Person

_OPPOSED = "IO"


@dataclass(frozen=True, slots=True)
class Choice:
    """`rank`: which message of the story recorded it."""

    rank: int
    code: str
    place: Place


class Consents:
    def __init__(self, people: People) -> None:
        self._people = people
        self._choices: dict[Person, Choice] = {}

    def see(self, entry: Entry) -> Iterator[Finding]:
        person = self._people.of(entry.message.first("PID"))
        if entry.message.kind == "ADT^A40":
            self._follow_merges()
        if person is None:
            return
        if entry.context.profile.family == "pam":
            self._record(entry, person)
        elif entry.order and action(entry) != DELETE:
            choice, asked = self._choices.get(person), metadata(entry.context).get("DESTDMP")
            if choice and choice.code == _OPPOSED and asked and asked.get("5.1") == "Y":
                text = "l'alimentation du DMP est demandée, alors que le patient s'y est opposé"
                yield entry.find("HL7-101", asked, "5.1", text, against=choice.place, expected="N")

    def end(self) -> Iterator[tuple[Place, Finding]]:
        yield from ()

    def _record(self, entry: Entry, person: Person) -> None:
        for zfa in entry.message.all("ZFA"):
            if zfa.get("9.1"):
                self._choices[person] = Choice(entry.index, zfa.get("9.1"), entry.at(zfa, 9))

    def _follow_merges(self) -> None:
        """What was recorded under the absorbed identity is the kept one's, unless a later choice stands there."""
        for person in [p for p in self._choices if p.into is not None]:
            choice, kept = self._choices.pop(person), person.resolved()
            if kept not in self._choices or self._choices[kept].rank < choice.rank:
                self._choices[kept] = choice
