"""The INS as the last PAM message left it, and who sends it or leaves it out afterwards: HL7-181, 182, 195 and 199.

Known: the INS of a message whose status is VALI. A47 takes it back (`""`) or changes it. An order of a patient whose
last status is VALI carries the INS known; an order does not carry one that was taken back, nor the NIA of a patient
announced with a NIA and a NIR. An order with an INS that
PAM never told is nothing: its software may have called INSi itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rempart.formats import ins
from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.rules.identity import DELETED, ins_places, repetitions, statuses
from rempart.validation.hl7v2.story.entry import Entry, Place
from rempart.validation.hl7v2.story.people import People, Person, identifiers

_DUPLICATES = {"DOUB", "DPOT", "DOUA", "COLP", "COLV"}


@dataclass(eq=False, slots=True)
class Known:
    """`ins` is empty when it was taken back, `lost` then says which were and where."""

    ins: set[str]
    qualified: bool
    place: Place
    lost: dict[str, Place]
    outdated: set[str] = field(default_factory=set)  # the NIA that came with a NIR


class Identities:
    def __init__(self, people: People) -> None:
        self._people = people
        self._known: dict[Person, Known] = {}
        self._holders: dict[str, tuple[Person, Place]] = {}  # the IPP that an INS went with
        self._accounts: dict[str, tuple[Person, Place]] = {}
        self._own: dict[Person, dict[str, Place]] = {}  # the accounts of each

    def see(self, entry: Entry) -> Iterator[Finding]:
        pid = entry.message.first("PID")
        person = self._people.of(pid)
        if pid is None or person is None:
            return
        if entry.order:
            yield from self._order(entry, pid, person)
        elif entry.context.profile.family == "pam":
            if entry.event == "A31":
                yield from self._same_names(entry, pid, person)
            self._record(entry, pid, person)

    def end(self) -> Iterator[tuple[Place, Finding]]:
        yield from ()

    def _record(self, entry: Entry, pid: Segment, person: Person) -> None:
        known = self._known.setdefault(person, Known(set(), False, entry.at(pid, 3), {}))
        said = statuses(pid)
        known.qualified = "VALI" in said if any(said) else known.qualified
        if entry.event == "A47":
            self._taken_back(entry, pid, known)
        values = {pid.get(f"{place}.1") for place in ins_places(pid)}
        if values and "VALI" in said:
            known.ins, known.place, known.outdated = values, entry.at(pid, 3), _outdated(pid)
            for value in values:
                known.lost.pop(value, None)
                self._holders[value] = (person, known.place)
        if entry.event != "A31" and pid.get("18.1"):
            self._accounts[pid.get("18.1")] = (person, entry.at(pid, 18))
            self._own.setdefault(person, {}).setdefault(pid.get("18.1"), entry.at(pid, 18))

    def _taken_back(self, entry: Entry, pid: Segment, known: Known) -> None:
        mrg = entry.message.first("MRG")
        old = {mrg.get(f"{place}.1") for place in ins_places(mrg, 1)} if mrg else set()
        deletes = any(pid.get(f"{p}.1") == DELETED and pid.get(f"{p}.5") == "INS" for p in repetitions(pid, 3))
        for value in old | (known.ins if deletes else set()):  # a deletion takes NIR and NIA together
            known.lost[value] = entry.at(pid, 3)
            known.ins.discard(value)
            self._holders.pop(value, None)

    def _order(self, entry: Entry, pid: Segment, person: Person) -> Iterator[Finding]:
        known, places = self._known.get(person), ins_places(pid)
        if known is None:
            return
        for place in places:
            value = pid.get(f"{place}.1")
            if value in known.lost:
                text = "cette INS a été retirée par un A47, et n'est plus transmise"
                yield entry.find("HL7-181", pid, f"{place}.1", text, against=known.lost[value], loss_explains=True)
            elif value in known.outdated:
                text = "le patient a été annoncé avec un NIA et un NIR: c'est le NIR qui est gardé et transmis"
                expected = " ou ".join(sorted(known.ins - known.outdated))
                yield entry.find("HL7-182", pid, f"{place}.1", text, against=known.place, expected=expected)
            elif known.ins and known.qualified and value not in known.ins:
                text = "cette INS n'est pas celle de l'identité qualifiée du patient"
                expected = " ou ".join(sorted(known.ins))
                yield entry.find(
                    "HL7-195", pid, f"{place}.1", text, against=known.place, loss_explains=True, expected=expected
                )
        if not places and known.ins and known.qualified:
            text = "l'identité du patient est qualifiée, mais le message ne porte pas son INS"
            expected = " ou ".join(sorted(known.ins))
            yield entry.find("HL7-195", pid, 3, text, against=known.place, loss_explains=True, expected=expected)

    def _same_names(self, entry: Entry, pid: Segment, person: Person) -> Iterator[Finding]:
        """HL7-199: an A31 under another IPP than the one of its account; or than the one that its INS still has, which
        a duplicate, or a patient created before the capture, would explain: a warning."""
        owner, place = self._accounts.get(pid.get("18.1"), (person, None))
        if place and owner.resolved() is not person:
            text = "un A31 ne change pas l'IPP d'un dossier"
            yield entry.find("HL7-199", pid, 3, text, against=place, loss_explains=True)
            return
        mine = list(self._own.get(person, {}).items())
        if len(mine) == 1 and pid.get("18.1") not in ("", mine[0][0]):
            text = "un A31 n'ouvre ni ne change un dossier"
            yield entry.find(
                "HL7-199", pid, 18, text, against=mine[0][1], expected=mine[0][0], severity=Severity.WARNING
            )
        if person in self._known or _DUPLICATES & set(statuses(pid)) or identifiers(pid, 3)[0][2] != "PI":
            return
        for value in (pid.get(f"{p}.1") for p in ins_places(pid)):
            owner, place = self._holders.get(value, (person, None))
            if place and owner.resolved() is not person:
                text = "cette INS est celle d'un autre IPP, qu'un A31 ne change pas"
                yield entry.find("HL7-199", pid, 3, text, against=place, severity=Severity.WARNING)


def _outdated(pid: Segment) -> set[str]:
    """The NIA of a PID that carries a NIR beside it. Their OID tells them apart, so that test identities never are."""
    registers = {pid.get(f"{place}.1"): pid.get(f"{place}.4.2") for place in ins_places(pid)}
    nia = {value for value, oid in registers.items() if oid == ins.NIA}
    return nia if ins.NIR in registers.values() else set()
