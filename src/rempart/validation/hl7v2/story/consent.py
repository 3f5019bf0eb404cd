"""The patient's choice about the DMP, as last recorded by ZFA-9, and the orders that come after it (HL7-101).

Opposed (IO) forbids to ask for a publication or a replacement in the DMP; INO, NA, or nothing recorded, allows it (2023
doctrine). A deletion is no publication.
"""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding
from rempart.validation.hl7v2.facts import metadata
from rempart.validation.hl7v2.story.documents import DELETE, action
from rempart.validation.hl7v2.story.entry import Entry, Place
from rempart.validation.hl7v2.story.people import People, Person

_OPPOSED = "IO"


class Consents:
    def __init__(self, people: People) -> None:
        self._people = people
        self._opposed: dict[Person, Place] = {}

    def see(self, entry: Entry) -> Iterator[Finding]:
        person = self._people.of(entry.message.first("PID"))
        if person is None:
            return
        if entry.context.profile.family == "pam":
            self._record(entry, person)
        elif entry.order and person in self._opposed and action(entry) != DELETE:
            asked = metadata(entry.context).get("DESTDMP")
            if asked and asked.get("5.1") == "Y":
                text = "l'alimentation du DMP est demandée, alors que le patient s'y est opposé"
                yield entry.find("HL7-101", asked, "5.1", text, against=self._opposed[person], expected="N")

    def end(self) -> Iterator[tuple[Place, Finding]]:
        yield from ()

    def _record(self, entry: Entry, person: Person) -> None:
        for zfa in entry.message.all("ZFA"):
            if zfa.get("9.1") == _OPPOSED:
                self._opposed[person] = entry.at(zfa, 9)
            elif zfa.get("9.1"):
                self._opposed.pop(person, None)
