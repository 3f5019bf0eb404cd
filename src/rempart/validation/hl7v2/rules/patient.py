"""The patient of a message that carries a document: who is in PID is who is in the CDA, and may go to the DMP."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from rempart.formats import ins
from rempart.formats.cda.model import InstanceId
from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import document, documents
from rempart.validation.hl7v2.facts import asks
from rempart.validation.hl7v2.rules.identity import ins_places, repetitions
from rempart.validation.registry import rule

_SHOWN = 10  # identifiers named in one finding, findings on one message: the others follow from these
_OID = re.compile(r"\d+(?:\.\d+)+", re.ASCII)


@rule("HL7-038", families=("cda", "lps"))
def same_identifiers(context: Context) -> Iterator[Finding]:
    """PID-3 and patientRole/id name the same patient by the same identifiers; a second document is not told twice."""
    pid = context.message.first("PID")
    for found in documents(context):
        if pid and found.header:
            faults = list(_differences(context, pid, found.header.patient_ids))
            yield from faults
            if faults:
                return


def _differences(context: Context, pid: Segment, identifiers: Sequence[InstanceId]) -> Iterator[Finding]:
    left = dict.fromkeys(identifiers)
    strange = []
    for place in repetitions(pid, 3):
        same = _same(pid, place, left)
        if same is None:
            strange.append(place)
        else:
            del left[same]
    for place in strange[:_SHOWN]:
        if pid.get(f"{place}.1"):
            yield _unmatched(context, pid, place, list(left))
    if left and not strange:
        text = f"le document identifie aussi le patient par {_named(left)}"
        yield context.find("HL7-038", pid, 3, text, expected="les mêmes identifiants que recordTarget/patientRole/id")


def _same(pid: Segment, place: str, identifiers: Collection[InstanceId]) -> InstanceId | None:
    """Value and OID; an authority that is no OID (a house name, a FINESS) cannot be compared with a root."""
    value, authority = pid.get(f"{place}.1"), pid.get(f"{place}.4.2")
    if _OID.fullmatch(authority):
        exact = InstanceId(authority, value)
        return exact if exact in identifiers else None
    return next((i for i in identifiers if i.extension == value), None)


def _named(identifiers: Iterable[InstanceId]) -> str:
    return " et ".join(f"{i.extension} ({i.root})" for i in islice(identifiers, _SHOWN))


def _unmatched(context: Context, pid: Segment, place: str, left: list[InstanceId]) -> Finding:
    value, authority = pid.get(f"{place}.1"), pid.get(f"{place}.4.2")
    if any(i.extension == value for i in left):
        text = f"le document donne une autre autorité à l'identifiant {value}"
        return context.find("HL7-038", pid, f"{place}.4.2", text, expected=_named(left))
    text = f"l'identifiant {value} n'est pas un de ceux du patient dans le document"
    if any(i.root == authority for i in left):
        text = f"le document porte une autre valeur que {value} sous l'autorité {authority}"
    return context.find("HL7-038", pid, f"{place}.1", text, expected=_named(left))


@rule("HL7-040", "HL7-041", families=("cda",))
def qualified_for_the_dmp(context: Context) -> Iterator[Finding]:
    """Feeding the DMP needs an INS (its status is HL7-039), and preferably a NIR."""
    pid = context.message.first("PID")
    if pid is None or not asks(context, "DESTDMP"):
        return
    places = ins_places(pid)
    if not places:
        text = "DESTDMP vaut Y, mais PID-3 ne porte pas d'INS"
        yield context.find("HL7-040", pid, 3, text, expected="un identifiant de type INS")
    elif all(pid.get(f"{p}.4.2") == ins.NIA for p in places):
        text = "DESTDMP vaut Y avec un INS-NIA pour seule INS"
        yield context.find("HL7-041", pid, f"{places[0]}.4.2", text, expected=ins.NIR)


@rule("HL7-034", families=("cda", "lps"))
def same_traits(context: Context) -> Iterator[Finding]:
    """PID-5, PID-7 and PID-8 do not contradict the header of the document."""
    pid, cda = context.message.first("PID"), document(context)
    if pid is None or cda is None or cda.header is None:
        return
    header = cda.header
    births = [p for p in repetitions(pid, 5) if pid.get(f"{p}.7") == "L"]
    compared = [("7", pid.get(7)[:8], header.birth_time[:8]), ("8", pid.get(8), header.sex)]
    compared += [(f"{p}.1", pid.get(f"{p}.1.1"), header.birth_name) for p in births[:1]]
    for address, in_pid, in_cda in compared:
        if in_pid and in_cda and in_pid.casefold() != in_cda.casefold():
            text = f"{pid.location(address)} contredit l'en-tête du document"
            yield context.find("HL7-034", pid, address, text, expected=in_cda, severity=Severity.WARNING)
