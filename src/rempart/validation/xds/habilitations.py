"""What the DMP is asked beside XDS: TD0.2 (existence, right of access), TD0.3 (habilitation), TD0.4 (patients)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rempart.formats.dmp.existence import DMP_OID, INTERACTIONS, REASONS, TEST_EXISTENCE, read_existence
from rempart.formats.dmp.habilitations import (
    ADD,
    ATTENDING,
    DATE_TYPES,
    MODES,
    REMOVE,
    read_authorisation,
    read_list,
    read_mode,
)
from rempart.formats.ins import REGISTERS, is_matricule
from rempart.formats.xds.transactions import AUTHORISATION, AUTHORISED, EXISTENCE, PATIENT_LIST, V3
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.xds.identity import split_cx
from rempart.validation.xds.message import MessageContext
from rempart.validation.xds.metadata import OID, is_time

MESSAGE = ("dmp-message",)
_COMPLETE = re.compile(r"\d{14}", re.ASCII)


@rule("DMP-001", "DMP-002", families=MESSAGE)
def existence(context: MessageContext) -> Iterator[Finding]:
    """TD0.2, and the other readings of PRPA_IN201307UV02, whose reason alone differs."""
    body = context.envelope.content
    if context.transaction is not EXISTENCE or body is None:
        return
    asked = read_existence(body)
    at = "Envelope/Body/PRPA_IN201307UV02"
    wanted = (
        ("@ITSVersion", asked.version, ("XML_1.0",)), ("receiver/device/id/@root", asked.receiver, (DMP_OID,)),
        ("interactionId/@root", asked.interaction, (INTERACTIONS,)),
        ("processingCode/@code", asked.processing, ("P", "D")),
        ("processingModeCode/@code", asked.mode, ("T",)), ("acceptAckCode/@code", asked.acknowledgement, ("AL",)),
        ("controlActProcess/reasonCode/@code", asked.reason, (TEST_EXISTENCE, "CNSLT_DATA")),
        ("controlActProcess/reasonCode/@codeSystem", asked.reason_system, (REASONS,)),
        ("controlActProcess/queryByParameter/statusCode/@code", asked.status, ("new",)),
    )  # fmt: skip
    for place, read, values in wanted:
        if read not in values:
            message = f"{place.rpartition('/')[0] or place} n'est pas celui que le DMP attend"
            yield context.find("DMP-001", f"{at}/{place}", message, expected=" ou ".join(values), actual=read)
    yield from _once(context, body, at)
    if not _COMPLETE.fullmatch(asked.created) or not is_time(asked.created):
        expected = "14 chiffres"
        yield context.find("DMP-001", f"{at}/creationTime/@value", "La date du message n'en est pas une",
                           expected=expected, actual=asked.created)  # fmt: skip
    for place, read in (("id/@root", asked.message_id), ("sender/device/id/@root", asked.sender)):
        if not OID.fullmatch(read):
            message = f"{place} n'est pas un OID"
            yield context.find("DMP-001", f"{at}/{place}", message, expected="un OID", actual=read)
    yield from _semantics(context, body, at)
    yield from _same_patient(context, asked.ins, asked.register, f"{at}/controlActProcess//patientIdentifier/value")


_ONCE = (
    "id", "creationTime", "interactionId", "processingCode", "processingModeCode", "acceptAckCode", "receiver",
    "sender", "controlActProcess", "controlActProcess/reasonCode", "controlActProcess/queryByParameter",
    "controlActProcess/queryByParameter/queryId", "controlActProcess/queryByParameter/parameterList/patientIdentifier",
    "controlActProcess/queryByParameter/parameterList/patientIdentifier/value",
)  # fmt: skip


def _once(context: MessageContext, body: etree._Element, at: str) -> Iterator[Finding]:
    """Each element that the DMP reads, once: of two patients, nobody knows which is asked about."""
    for path in _ONCE:
        count = len(body.findall("/".join(f"{{{V3}}}{step}" for step in path.split("/"))))
        if count != 1:
            message = f"{path} est présent {count} fois" if count else f"{path} manque"
            yield context.find("DMP-001", f"{at}/{path}", message, expected="une fois")
    interaction = body.find(f"{{{V3}}}interactionId")
    named = "" if interaction is None else interaction.get("extension", "")
    if interaction is not None and named != etree.QName(body).localname:
        message = "interactionId ne nomme pas cette interaction"
        expected = etree.QName(body).localname
        yield context.find("DMP-001", f"{at}/interactionId/@extension", message, expected=expected, actual=named)


def _semantics(context: MessageContext, body: etree._Element, at: str) -> Iterator[Finding]:
    """What the parameter means, as the published example says it: a label, hence a warning."""
    path = "controlActProcess/queryByParameter/parameterList/patientIdentifier/semanticsText"
    read = body.findtext("/".join(f"{{{V3}}}{step}" for step in path.split("/")))
    if read is not None and read.strip() != "Patient.id":
        message = "semanticsText n'est pas celui de l'identifiant du patient"
        yield context.find("DMP-001", f"{at}/{path}", message, expected="Patient.id", actual=read.strip(),
                           severity=Severity.WARNING)  # fmt: skip


def _same_patient(context: MessageContext, ins: str, register: str, at: str) -> Iterator[Finding]:
    if register not in REGISTERS or not is_matricule(ins):
        message = "Le patient demandé n'est pas désigné par une INS"
        yield context.find("DMP-002", at, message, expected="matricule et OID de l'INS", actual=f"{ins} ({register})")
        return
    if context.environment and REGISTERS[register].environment != context.environment:
        message = f"L'INS est du registre {REGISTERS[register].label}, dans un contexte de {context.environment}"
        yield context.find("DMP-002", at, message, actual=register)
    said = split_cx(context.vihf.patient) if context.vihf else None
    if said is not None and said[:2] != (ins, register):
        message = "Le patient demandé n'est pas celui du VIHF"
        yield context.find("DMP-002", at, message, expected=f"{said[0]} ({said[1]})", actual=f"{ins} ({register})")


@rule("DMP-013", families=MESSAGE)
def authorised(context: MessageContext) -> Iterator[Finding]:
    """TD1.6: those whose authorisation is active, those who are blocked, or all."""
    body = context.envelope.content
    if context.transaction is not AUTHORISED or body is None:
        return
    at = "Envelope/Body/listAuthorizationByPatient"
    yield from _no_more_than_once(context, body, "DMP-013", at, ("mode",))
    if (mode := read_mode(body)) not in MODES:
        message = "Le mode n'est pas de ceux de TD1.6"
        yield context.find("DMP-013", f"{at}/mode", message, expected=" ou ".join(MODES), actual=mode)


@rule("DMP-003", "DMP-004", families=MESSAGE)
def habilitations(context: MessageContext) -> Iterator[Finding]:
    """TD0.3 and TD0.4."""
    body = context.envelope.content
    if body is None:
        return
    if context.transaction is AUTHORISATION:
        asked = read_authorisation(body)
        at = "Envelope/Body/setAuthorization"
        yield from _no_more_than_once(context, body, "DMP-003", at, ("action", "role"))
        for child in (c for c in body if isinstance(c.tag, str)):
            if (name := etree.QName(child).localname) not in ("action", "role"):
                message = f"TD0.3 ne porte pas {name}: le patient et l'utilisateur sont ceux du VIHF"
                yield context.find("DMP-003", f"{at}/{name}", message, expected="action, et role au besoin")
        if asked.action not in (ADD, REMOVE):
            message = "L'action n'est pas de celles de TD0.3"
            yield context.find("DMP-003", f"{at}/action", message, expected=f"{ADD} ou {REMOVE}", actual=asked.action)
        if asked.role not in ("", ATTENDING):
            message = "Le rôle n'est pas de ceux de TD0.3"
            yield context.find("DMP-003", f"{at}/role", message, expected=ATTENDING, actual=asked.role)
    elif context.transaction is PATIENT_LIST:
        wanted = read_list(body)
        at = "Envelope/Body/patientList"
        yield from _no_more_than_once(context, body, "DMP-004", at, ("startDate", "dateType"))
        if not _COMPLETE.fullmatch(wanted.since) or not is_time(wanted.since):
            message = "La date de début n'est pas une date de 14 chiffres"
            yield context.find("DMP-004", f"{at}/startDate", message, expected="AAAAMMJJhhmmss", actual=wanted.since)
        if wanted.date_type not in DATE_TYPES:
            message = "Le type de date n'est pas connu"
            expected = " ou ".join(DATE_TYPES)
            yield context.find("DMP-004", f"{at}/dateType", message, expected=expected, actual=wanted.date_type)


def _no_more_than_once(
    context: MessageContext, body: etree._Element, rule_id: str, at: str, names: tuple[str, ...]
) -> Iterator[Finding]:
    """Of two answers to one question, nobody knows which is meant."""
    space = etree.QName(body).namespace
    for name in names:
        count = len(body.findall(f"{{{space}}}{name}"))
        if count > 1:
            yield context.find(rule_id, f"{at}/{name}", f"{name} est présent {count} fois", expected="une fois")
