"""PAM-FR messages read: what an ADT says of a patient. Pure: nothing is stored and nothing is decided here.

Source: IHE France PAM 2.11, sections 4 to 6; HL7 v2.5 for the empty field (unchanged) and `""` (deleted).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rempart.formats.hl7v2 import Message, Segment
from rempart.formats.ins import NIA, NIA_NAME
from rempart.reference.patients import Identifier
from rempart.reference.refusal import refuse, require_fields, require_segments

DELETE = '""'

IDENTITY_EVENTS = ("A28", "A31", "A40", "A47")
_INSERTS = ("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A21", "A22", "A54")
_CANCELS = ("A11", "A12", "A13", "A38", "A52", "A53", "A55")
VISIT_EVENTS = (*_INSERTS, *_CANCELS, "Z99")
EVENTS = (*IDENTITY_EVENTS, *VISIT_EVENTS)

_CHOICES = {"9": ("feeding", ("NA", "IO", "INO")), "11": ("consultation", ("NA", "INC", "IC"))}


@dataclass(frozen=True, slots=True)
class Ins:
    """`nia` by its OID or by the name of its authority: the test registers hold both under one OID."""

    value: str
    oid: str
    nia: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """ZBE: `action` is INSERT, UPDATE or CANCEL."""

    id: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What one ADT says. `traits` and `choices` hold what is said only: a column absent is left alone, "" deletes."""

    event: str
    identifiers: tuple[Identifier, ...]
    prior: tuple[Identifier, ...] = ()  # MRG-1
    prior_ins: str = ""
    traits: dict[str, str] = field(default_factory=dict)
    visit: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    inss: tuple[Ins, ...] = ()
    deletes_ins: bool = False
    movement: Movement | None = None

    @property
    def validated(self) -> bool:
        """PID-32 says VALI: the only status under which an INS may be kept."""
        return "VALI" in self.traits.get("status", "").split(",")


def read(message: Message) -> Feed:
    """Raises Refusal when a required segment or field is missing, or a coded choice is not of its table."""
    event = message.get("MSH-9.2")
    merging = event in ("A40", "A47")
    visiting = event in VISIT_EVENTS
    require_segments(message, "EVN", "PID", *(["MRG"] if merging else []), *(["PV1", "ZBE"] if visiting else []))
    require_fields(message, "EVN-2", "PID-3.1", "PID-5", *(["MRG-1.1"] if merging else []))
    if visiting:
        require_fields(message, "PV1-2", "ZBE-1", "ZBE-2", "ZBE-4")
    pid, mrg, zbe = message.first("PID"), message.first("MRG"), message.first("ZBE")
    assert pid is not None
    local = identifiers(message)
    if not local:
        raise refuse("101", "PID-3", "aucun IPP dans PID-3")
    return Feed(
        event=event,
        identifiers=local,
        prior=tuple(_identifiers(mrg, 1)) if mrg else (),
        prior_ins=next((i.value for i in _inss(mrg, 1)), "") if mrg else "",
        traits=_traits(pid),
        visit=_visit(message) | _said({"account": pid.get("18.1")}),
        choices=_choices(message),
        inss=inss(message),
        deletes_ins=any(i.value == DELETE for i in _inss(pid, 3)),
        movement=Movement(zbe.get("1.1"), zbe.get("4")) if zbe and visiting else None,
    )


def identifiers(message: Message) -> tuple[Identifier, ...]:
    """The local identifiers (PI) of PID-3."""
    pid = message.first("PID")
    return tuple(_identifiers(pid, 3)) if pid else ()


def inss(message: Message) -> tuple[Ins, ...]:
    """The INS of PID-3, whatever PID-32 says of them; `""` is none."""
    pid = message.first("PID")
    return tuple(i for i in _inss(pid, 3) if i.value != DELETE) if pid else ()


def nir_first(given: tuple[Ins, ...]) -> Ins | None:
    """The one to keep: the NIR when both it and a NIA are given (PAM 4.4.1)."""
    return next((i for i in given if not i.nia), given[0] if given else None)


def _said(values: dict[str, str]) -> dict[str, str]:
    """Without what is empty (left alone); `""` becomes "" (deleted)."""
    return {name: "" if value == DELETE else value for name, value in values.items() if value}


def _identifiers(segment: Segment, number: int) -> list[Identifier]:
    """Local identifiers (PI): value, and its authority whatever the type of it."""
    found = []
    for n in range(1, segment.repetitions(number) + 1):
        at = f"{number}[{n}]"
        value, kind = segment.get(f"{at}.1"), segment.get(f"{at}.5")
        if value and value != DELETE and kind in ("PI", ""):
            name, oid, of = (segment.get(f"{at}.4.{c}") for c in (1, 2, 3))
            found.append(Identifier(value=value, authority_id=oid or name, authority_name=name, authority_type=of))
    return found


def _inss(segment: Segment, number: int) -> list[Ins]:
    found = []
    for n in range(1, segment.repetitions(number) + 1):
        at = f"{number}[{n}]"
        if segment.get(f"{at}.5") == "INS" and (value := segment.get(f"{at}.1")):
            name, oid = segment.get(f"{at}.4.1"), segment.get(f"{at}.4.2")
            found.append(Ins(value, oid, nia=name == NIA_NAME or oid == NIA))
    return found


def _traits(pid: Segment) -> dict[str, str]:
    values = {"birth_date": pid.get("7")[:8], "sex": pid.get("8")}
    for n in range(1, pid.repetitions(5) + 1):
        family, first, names = (pid.get(f"5[{n}].{c}") for c in (1, 2, 3))
        if pid.get(f"5[{n}].7") == "D":
            values |= {"used_name": family, "used_first_name": DELETE if family == DELETE else first}
        elif pid.get(f"5[{n}].7") in ("L", ""):
            values |= {"birth_name": family, "first_birth_name": first, "birth_names": names}
    for n in range(1, pid.repetitions(11) + 1):
        if pid.get(f"11[{n}].7") == "BDL":
            values["birth_place"] = pid.get(f"11[{n}].9")
    if pid.get("11") == DELETE:  # the whole field: the place of birth goes with the addresses
        values["birth_place"] = DELETE
    values["deceased"] = _death(pid)
    statuses = [pid.get(f"32[{n}].1") for n in range(1, pid.repetitions(32) + 1)]
    values["status"] = ",".join(s for s in statuses if s)
    return _said(values)


def _death(pid: Segment) -> str:
    """When the patient died, or Y when only that is said (PID-30); N takes a death back."""
    if pid.get("30") == "N":
        return DELETE
    return pid.get("29") or ("Y" if pid.get("30") == "Y" else "")


def _visit(message: Message) -> dict[str, str]:
    if message.get("PV1-2") in ("", "N"):
        return {}
    places = {
        "visit_class": "2",
        "visit_unit": "3.1",
        "visit_number": "19.1",
        "admitted": "44",
        "discharged": "45",
    }
    return _said({name: message.get(f"PV1-{at}") for name, at in places.items()})


def _choices(message: Message) -> dict[str, str]:
    values = {}
    for at, (name, table) in _CHOICES.items():
        code = message.get(f"ZFA-{at}.1")
        if code == DELETE:
            values[name] = "NA"
        elif code in table:
            values[name] = code
        elif code:
            raise refuse("103", f"ZFA-{at}", f"ZFA-{at}: {code} n'est pas l'un des codes {', '.join(table)}")
    return values
