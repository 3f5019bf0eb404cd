"""The documented acts and the stay: principal event, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.cda.tables import value_set
from rempart.validation.cda.times import before, parse_time
from rempart.validation.registry import rule

_SECTOR = "assignedEntity/representedOrganization/standardIndustryClassCode"


def principal_event(context: CdaContext) -> Element | None:
    """The first serviceEvent with a start and one performer PRF, none of them null."""
    for event in context.at("documentationOf/serviceEvent"):
        time = first(event, "effectiveTime")
        low = first(time, "low")
        performers = select(event, "performer[@typeCode='PRF']")
        if low is None or len(performers) != 1 or time is None:
            continue
        if low.get("value") and not time.get("nullFlavor") and not performers[0].get("nullFlavor"):
            return event
    return None


@rule("CDA-070", families=("cda-document",))
def has_principal_event(context: CdaContext) -> Iterator[Finding]:
    """One of the documented acts is the principal one."""
    if principal_event(context) is not None:
        return
    message = "Aucun acte documenté n'a à la fois une date de début et un exécutant PRF, et un seul"
    expected = "effectiveTime/low et performer[@typeCode='PRF']"
    events = context.at("documentationOf/serviceEvent")
    nearest = min((_lacking(event) for event in events), key=len, default=None)
    places = nearest or [(context.root, "documentationOf/serviceEvent")]
    for node, below in places:
        yield context.find("CDA-070", node, below, message, expected=expected)


def _lacking(event: Element) -> list[tuple[Element, str]]:
    """What keeps an event from being the principal one."""
    time, low = first(event, "effectiveTime"), first(event, "effectiveTime/low")
    performers = select(event, "performer")
    actual = [p for p in performers if p.get("typeCode") == "PRF"]
    found: list[tuple[Element, str]] = []
    if time is None or (low is None and not time.get("nullFlavor")):
        found.append((event, "effectiveTime") if time is None else (time, "low"))
    elif time.get("nullFlavor"):
        found.append((time, "@nullFlavor"))
    elif low is not None and not low.get("value"):
        found.append((low, "@nullFlavor" if low.get("nullFlavor") else "@value"))
    if len(actual) != 1:
        extra = actual[1] if actual else next(iter(performers), None)
        found.append((event, "performer") if extra is None else (extra, "" if actual else "@typeCode"))
    elif actual[0].get("nullFlavor"):
        found.append((actual[0], "@nullFlavor"))
    return found


@rule("CDA-071", families=("cda-document",))
def start_of_principal_event(context: CdaContext) -> Iterator[Finding]:
    """To the minute with an offset; a day alone is only a warning, when no more is known."""
    event = principal_event(context)
    low = first(event, "effectiveTime/low")
    if low is None or re.fullmatch(r"\d{12}(\d\d)?(\.\d+)?[+-]\d{4}", low.get("value", ""), re.ASCII):
        return
    only_day = re.fullmatch(r"\d{8}", low.get("value", ""), re.ASCII)
    message = "Le début de l'acte principal n'est pas à la minute avec son décalage horaire"
    severity = Severity.WARNING if only_day else None
    yield context.find("CDA-071", low, "@value", message, expected="AAAAMMJJhhmm±ZZzz", severity=severity)


@rule("CDA-026", "CDA-073", families=("cda-document",))
def sector_of_principal_event(context: CdaContext) -> Iterator[Finding]:
    """The practice setting of the performer is in JDV_J04."""
    performer = first(principal_event(context), "performer[@typeCode='PRF']")
    if performer is None:
        return
    node, known = first(performer, _SECTOR), value_set("jdv-j04")
    if node is None:
        message = "Le cadre d'exercice de l'exécutant de l'acte principal est obligatoire"
        yield context.find("CDA-073", performer, _SECTOR, message, expected="un code de JDV_J04")
    elif node.get("nullFlavor"):
        message = "Le cadre d'exercice de l'exécutant de l'acte principal ne peut pas être inconnu"
        yield context.find("CDA-026", node, "@nullFlavor", message, expected="un code de JDV_J04")
    elif node.get("code") not in known:
        message = f"Le cadre d'exercice « {node.get('code', '')} » n'est pas dans JDV_J04"
        yield context.find("CDA-073", node, "@code", message, expected="un code de JDV_J04")
    elif node.get("codeSystem") != known.systems[node.get("code", "")]:
        message = "Le système du cadre d'exercice n'est pas celui de JDV_J04"
        yield context.find("CDA-073", node, "@codeSystem", message, expected=known.systems[node.get("code", "")])


@rule("CDA-075", families=("cda-document",))
def hours_of_the_stay(context: CdaContext) -> Iterator[Finding]:
    """An hour of the stay carries its offset."""
    stay = "componentOf/encompassingEncounter/effectiveTime"
    for node in [n for path in (stay, f"{stay}/low", f"{stay}/high") for n in context.at(path)]:
        moment = parse_time(node.get("value", ""))
        if moment and moment.has_hour and not moment.offset:
            message = "L'heure de la prise en charge n'a pas de décalage horaire"
            yield context.find("CDA-075", node, "@value", message, expected=f"{moment.digits}±ZZzz")


@rule("CDA-079", families=("cda-document",))
def historic_document(context: CdaContext) -> Iterator[Finding]:
    """A document of the history is dated by its act, before it was made."""
    if "DMP/HISTO.03" not in context.requirements:
        return
    low = first(principal_event(context), "effectiveTime/low")
    if low is None:
        return
    act, created = parse_time(low.get("value", "")), parse_time(context.header.effective_time)
    if act and created and not before(act, created):
        message = "Un document de l'historique porte la date de l'acte, antérieure à celle du document"
        yield context.find("CDA-079", low, "@value", message, expected=f"avant {context.header.effective_time}")
