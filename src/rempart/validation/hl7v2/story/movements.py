"""Movements and visits (PAM FR 2.11, 5.3 and 5.4): HL7-157, 158, 162, 167, 198, 199.

A movement is created by an INSERT with a ZBE-1 of its own; UPDATE (Z99) and CANCEL name it again. When the message that
created it is not in the folder, nothing can be compared: it is told (info), and the movement is taken as it is. But a
cancel that names no known movement, while its visit has exactly one that it can be about (the same event, which a visit
has once, or the same date), names it wrongly.

"Only the last movement changes" is held against a message that says the movement is the current one (ZBE-5 = N): the
texts disagree on historic ones.

A movement told to several receivers is a story for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.story.entry import Entry, Flow, Place
from rempart.validation.hl7v2.story.people import People, Person, identifiers
from rempart.validation.hl7v2.story.sequence import instant

_ONCE = ("A01", "A03", "A04", "A05")  # a visit has one at a time
_ENDS_A_VISIT = ("A11", "A27", "A38")
_CHANGES_CATEGORY = ("A06", "A07")

Key = tuple[str, str, Flow]  # identifier, authority, who tells whom


@dataclass(eq=False, slots=True)
class Movement:
    id: str
    event: str
    category: str  # PV1-2
    date: str  # ZBE-2
    occurred: list[str]  # EVN-6 of its creation and of its corrections
    historic: bool
    person: Person | None
    ipps: set[str]
    account: str  # PID-18
    visit: Key
    place: Place  # its ZBE-1
    cancelled: Place | None = None


@dataclass(eq=False, slots=True)
class Visit:
    movements: list[Movement] = field(default_factory=list)
    cancelled: Place | None = None

    def active(self) -> list[Movement]:
        return [m for m in self.movements if not m.cancelled]


class Movements:
    def __init__(self, people: People) -> None:
        self._people = people
        self._movements: dict[Key, Movement] = {}
        self._visits: dict[Key, Visit] = {}
        self._accounts: dict[str, str] = {}  # an account renamed by A49, and its name now
        self._moved: dict[str, Person | None] = {}  # an account given to somebody else by A44

    def see(self, entry: Entry) -> Iterator[Finding]:
        zbe = entry.message.first("ZBE")
        if entry.event in ("A44", "A49"):
            self._reassign(entry)
        if zbe is None or entry.context.profile.family != "pam" or not zbe.get("1.1"):
            return
        action = zbe.get(4)
        if action == "INSERT":
            yield from self._insert(entry, zbe)
        elif action in ("CANCEL", "UPDATE"):
            yield from self._change(entry, zbe, action)

    def end(self) -> Iterator[tuple[Place, Finding]]:
        yield from ()

    def _reassign(self, entry: Entry) -> None:
        """A49 renames an account, A44 gives it to another patient."""
        account, old = entry.message.get("PID-18.1"), entry.message.get("MRG-3.1")
        if entry.event == "A49" and account and old:
            self._accounts[old] = account
        elif entry.event == "A44":
            self._moved[old or account] = self._people.of(entry.message.first("PID"))

    def _insert(self, entry: Entry, zbe: Segment) -> Iterator[Finding]:
        key = _movement_key(entry, zbe)
        known = self._movements.get(key)
        visit = self._visits.setdefault(_visit_key(entry), Visit())
        if known:
            text = f"INSERT crée un mouvement, mais {key[0]} existe déjà"
            yield entry.find("HL7-158", zbe, "1.1", text, against=known.place, expected="un identifiant nouveau")
        pv1 = entry.message.first("PV1")
        if visit.cancelled and pv1:
            certain = not visit.active() and not pv1.get("5.1")  # a pre-admission underneath keeps its number
            yield entry.find(
                "HL7-167",
                pv1,
                "19.1",
                "ce numéro de venue a été annulé",
                against=visit.cancelled,
                expected="un numéro nouveau",
                severity=None if certain else Severity.WARNING,
            )
            visit.cancelled = None
        if entry.event in _CHANGES_CATEGORY and visit.active() and pv1:
            yield from _same_category(entry, pv1, visit.active()[-1])
        movement = self._movement(entry, zbe)
        self._movements[key] = movement
        visit.movements.append(movement)

    def _movement(self, entry: Entry, zbe: Segment, event: str = "") -> Movement:
        message = entry.message
        return Movement(
            id=zbe.get("1.1"),
            event=event or entry.event,
            category=message.get("PV1-2"),
            date=zbe.get("2.1"),
            occurred=[message.get("EVN-6.1")],
            historic=zbe.get(5) == "Y",
            person=self._people.of(message.first("PID")),
            ipps=_ipps(message.first("PID")),
            account=message.get("PID-18.1"),
            visit=_visit_key(entry),
            place=entry.at(zbe, "1.1"),
        )

    def _change(self, entry: Entry, zbe: Segment, action: str) -> Iterator[Finding]:
        key = _movement_key(entry, zbe)
        movement = self._movements.get(key)
        if movement is None:
            movement = self._meant(entry, zbe)
            if movement is None:
                text = f"la création du mouvement {key[0]} n'est pas dans le dossier"
                yield entry.find("HL7-158", zbe, "1.1", text, severity=Severity.INFO)
                self._unknown(entry, zbe, action)
                return
            text = f"{entry.event} ne reprend pas l'identifiant du mouvement dont il parle"
            yield entry.find("HL7-158", zbe, "1.1", text, against=movement.place, expected=movement.id)
        if movement.cancelled:
            text = "ce mouvement a déjà été annulé"
            yield entry.find("HL7-158", zbe, "1.1", text, against=movement.cancelled)
            return
        yield from self._same_owner(entry, zbe, movement, action)
        if zbe.get("6.1") and movement.event and zbe.get("6.1") != movement.event:
            text = f"ce mouvement a été créé par un {movement.event}"
            yield entry.find("HL7-157", zbe, "6.1", text, against=movement.place, expected=movement.event)
        yield from self._last(entry, zbe, movement)
        if action == "CANCEL":
            yield from self._cancel(entry, zbe, movement)
        else:
            movement.category = entry.message.get("PV1-2") or movement.category
            movement.date = zbe.get("2.1") or movement.date
            movement.occurred.append(entry.message.get("EVN-6.1"))

    def _meant(self, entry: Entry, zbe: Segment) -> Movement | None:
        """The movement that a wrong ZBE-1 is about: of this visit and event, the only one, or the one of this date."""
        visit = self._visits.get(_visit_key(entry))
        alike = [m for m in visit.active() if m.event == zbe.get("6.1")] if visit and _visit_key(entry)[0] else []
        if len(alike) > 1 or zbe.get("6.1") not in _ONCE:
            alike = [m for m in alike if m.date == zbe.get("2.1")]
        return alike[0] if len(alike) == 1 else None

    def _unknown(self, entry: Entry, zbe: Segment, action: str) -> None:
        """A movement met by its correction or its cancel alone: known from here on."""
        movement = self._movement(entry, zbe, event=zbe.get("6.1"))
        self._movements[_movement_key(entry, zbe)] = movement
        if action == "CANCEL":
            movement.cancelled = entry.at(zbe, "1.1")
            if entry.event in _ENDS_A_VISIT and movement.visit[0]:
                pv1 = entry.message.first("PV1")
                self._visits.setdefault(movement.visit, Visit()).cancelled = entry.at(pv1, "19.1")

    def _same_owner(self, entry: Entry, zbe: Segment, movement: Movement, action: str) -> Iterator[Finding]:
        """The patient, the account and the visit of a movement stay: HL7-199 for Z99, HL7-158 for a cancel."""
        pid, pv1 = entry.message.first("PID"), entry.message.first("PV1")
        person = self._people.of(pid)
        owner = self._moved.get(movement.account, movement.person)
        account = self._accounts.get(movement.account, movement.account)
        told = (
            (pid, "3", "le patient (IPP)", _stranger(person, owner) and not _ipps(pid) & movement.ipps, ""),
            (pid, "18.1", "le numéro de dossier", _differs(pid, "18.1", account), account),
            (pv1, "19.1", "le numéro de venue", _differs(pv1, "19.1", movement.visit[0]), movement.visit[0]),
        )
        for segment, address, what, wrong, expected in told:
            if not wrong or segment is None:
                continue
            rule, where = ("HL7-199", (segment, address)) if action == "UPDATE" else ("HL7-158", (zbe, "1.1"))
            text = f"{what} n'est pas celui du mouvement {movement.id}"
            yield entry.find(rule, *where, text, against=movement.place, loss_explains=True, expected=expected)
            if action == "CANCEL":
                return

    def _last(self, entry: Entry, zbe: Segment, movement: Movement) -> Iterator[Finding]:
        visit = self._visits.get(movement.visit, Visit())
        later = [m for m in visit.active() if m.place.index > movement.place.index and not m.historic]
        if later and zbe.get(5) == "N" and not movement.historic:
            text = f"seul le dernier mouvement d'une venue change: {later[-1].id} ({later[-1].event}) a suivi"
            yield entry.find("HL7-158", zbe, "1.1", text, against=later[-1].place, loss_explains=True)

    def _cancel(self, entry: Entry, zbe: Segment, movement: Movement) -> Iterator[Finding]:
        evn, pv1 = entry.message.first("EVN"), entry.message.first("PV1")
        occurred = evn.get("6.1") if evn else ""
        if evn and occurred and any(movement.occurred) and not any(_same_time(occurred, o) for o in movement.occurred):
            text = "une annulation reprend l'EVN-6 du message annulé"
            place = Place(movement.place.index, movement.place.label, "EVN-6")
            yield entry.find(
                "HL7-198", evn, 6, text, against=place, loss_explains=True, expected=movement.occurred[-1]
            )
        movement.cancelled = entry.at(zbe, "1.1")
        visit = self._visits.setdefault(movement.visit, Visit())
        if entry.event in _ENDS_A_VISIT and movement.visit[0]:
            visit.cancelled = entry.at(pv1, "19.1")
        left = visit.active()
        if movement.event in _CHANGES_CATEGORY and pv1 and left and left[-1].category not in ("", pv1.get(2)):
            text = "l'annulation d'un changement de catégorie ramène à celle d'avant"
            yield entry.find(
                "HL7-162", pv1, 2, text, against=left[-1].place, loss_explains=True, expected=left[-1].category
            )


def _same_category(entry: Entry, pv1: Segment, before: Movement) -> Iterator[Finding]:
    if before.category and pv1.get(2) == before.category:
        text = f"{entry.event} change de catégorie, mais le patient est déjà {before.category}"
        place = Place(before.place.index, before.place.label, "PV1-2")
        yield entry.find("HL7-162", pv1, 2, text, against=place, loss_explains=True)


def _ipps(pid: Segment | None) -> set[str]:
    """Values alone: the same authority may be written in two ways."""
    return {value for value, _, _ in identifiers(pid, 3)} if pid else set()


def _stranger(person: Person | None, owner: Person | None) -> bool:
    return person is not None and owner is not None and person.resolved() is not owner.resolved()


def _differs(segment: Segment | None, address: str, known: str) -> bool:
    return segment is not None and bool(known) and segment.get(address) not in ("", known)


def _same_time(one: str, other: str) -> bool:
    return one == other or (instant(one) is not None and instant(one) == instant(other))


def _movement_key(entry: Entry, zbe: Segment) -> Key:
    return zbe.get("1.1"), zbe.get("1.3") or zbe.get("1.2"), entry.flow


def _visit_key(entry: Entry) -> Key:
    pv1 = entry.message.first("PV1")
    if pv1 is None:
        return "", "", entry.flow
    return pv1.get("19.1"), pv1.get("19.4.2") or pv1.get("19.4.1"), entry.flow
