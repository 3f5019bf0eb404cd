"""The documents that tests start from: our own, one per shape that the rules tell apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from rempart.formats.cda import build
from rempart.formats.cda.model import (
    LOINC,
    PROFESSIONS,
    CdaAuthor,
    CdaDocument,
    CdaImaging,
    CdaPatient,
    CdaRecipient,
    CdaSection,
    Coded,
    InstanceId,
    Organisation,
)
from rempart.formats.cda.paper import ins_pdf, traits

PARIS = timezone(timedelta(hours=2))
ROOT = "1.2.250.1.213.1.1.9.4711"
HOSPITAL = Organisation("1750000001", "Hôpital de démonstration")
DOCTOR = CdaAuthor(
    id="801234567866", family="DIAZ", given="Thierry", organisation=HOSPITAL,
    profession=Coded("G15_10/SM26", PROFESSIONS, "Médecin - Qualifié en Médecine Générale (SM)"),
)  # fmt: skip
PATIENT = CdaPatient(
    ins=InstanceId("1.2.250.1.213.1.4.10", "279035121518989"), ipp=InstanceId("1.2.250.1.213.1.1.9.1", "PAT0001"),
    birth_name="PAT-TROIS", birth_names="DOMINIQUE MARIE-LOUISE", first_birth_name="DOMINIQUE", sex="F",
    birth_date=date(1979, 3, 28), birth_place="51215", used_name="PAT-TROIS", used_first_name="DOMINIQUE",
)  # fmt: skip
LETTER = CdaDocument(
    id=InstanceId(f"{ROOT}.1.1"), set_id=InstanceId(f"{ROOT}.1"), version=1,
    type=Coded("11490-0", LOINC, "Lettre de liaison à la sortie d'un établissement de soins"),
    title="Lettre de liaison à la sortie", created=datetime(2026, 5, 4, 11, 30, tzinfo=PARIS),
    act_start=datetime(2026, 5, 1, 9, 0, tzinfo=PARIS), patient=PATIENT, author=DOCTOR, custodian=HOSPITAL,
    pdf=ins_pdf(["Lettre de liaison", *traits(PATIENT)], PATIENT, title="Lettre de liaison"),
)  # fmt: skip
REPLACEMENT = replace(LETTER, id=InstanceId(f"{ROOT}.1.2"), version=2, replaces=LETTER.id)
ADDRESSED = replace(
    LETTER, recipients=(CdaRecipient(family="ADAM", given="Hoda", id="801234567897", organisation=HOSPITAL),)
)
BIOLOGY = replace(
    LETTER, level="N3", title="Compte rendu d'examens biologiques", text="Hémoglobine normale.\nRien à signaler.",
    type=Coded("11502-2", LOINC, "CR d'examens biologiques"), order=InstanceId(f"{ROOT}.7", "BIO-1"),
)  # fmt: skip
IMAGING = replace(
    LETTER, title="Scanner du crâne", order=InstanceId(f"{ROOT}.8", "IMG-1"),
    type=Coded("18748-4", LOINC, "CR d'imagerie médicale"),
    imaging=CdaImaging(
        study_uid=f"{ROOT}.9.1", accession=InstanceId(f"{ROOT}.9", "ACC-1"),
        act=Coded("24727-0", LOINC, "CT Head W contrast IV"),
        modality=Coded("CT", "1.2.840.10008.2.16.4", "Tomodensitométrie"),
        region=Coded("774007", "2.16.840.1.113883.6.96", "structure de la tête et/ou du cou"),
    ),
)  # fmt: skip
SAMPLES = {
    "n1": LETTER, "replacement": REPLACEMENT, "addressed": ADDRESSED, "n3": BIOLOGY, "imaging": IMAGING,
}  # fmt: skip
SAMPLES["cr-bio"] = replace(
    BIOLOGY,
    sections=(
        CdaSection(
            templates=("1.3.6.1.4.1.19376.1.3.3.2.1",), code=Coded("18723-7", LOINC, "Hématologie"),
            title="Hématologie", text="Hémoglobine normale.",
        ),
    ),
    templates=(InstanceId("1.3.6.1.4.1.19376.1.3.3"), InstanceId("1.2.250.1.213.1.1.1.55", "2024.01")),
)

# What our own writer does not say: one change of a document of the above, as bytes.
_DEVICE = """<assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="1750000001/88"/>
<code code="DISPOSITIF" codeSystem="1.2.250.1.213.1.1.4.6" displayName="Dispositif"/>
<assignedAuthoringDevice><manufacturerModelName>M3</manufacturerModelName><softwareName>Logiciel 1.2</softwareName>
</assignedAuthoringDevice><representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1750000001"/>
<name>Hôpital de démonstration</name></representedOrganization></assignedAuthor>"""
_BY_PATIENT = """<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/><addr nullFlavor="NASK"/>
<telecom nullFlavor="NASK"/><assignedPerson><name><given>Dominique</given><family>PAT-TROIS</family></name>
</assignedPerson>"""
_EXPRESSION = (
    '<code code="EXP_PATIENT" codeSystem="1.2.250.1.213.1.1.4.6" displayName="Expression personnelle du patient"/>'
)
_WRAPPED = """<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="#"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:data="urn:asip-sante:ci-sis">
<data:Contenu>%s</data:Contenu><xsl:template match="/"/></xsl:stylesheet>"""


def _between(data: str, start: str, end: str, new: str) -> str:
    """`data` with all that goes from the first `start` to the next `end` replaced."""
    before, _, rest = data.partition(start)
    return before + new + rest.partition(end)[2]


def _by_device() -> bytes:
    return _between(build(LETTER).decode(), "<assignedAuthor>", "</assignedAuthor>", _DEVICE).encode()


def _by_patient() -> bytes:
    text = build(LETTER).decode()
    text = _between(text, "<assignedAuthor>", "</assignedAuthor>", f"<assignedAuthor>{_BY_PATIENT}</assignedAuthor>")
    before, mark, after = text.partition("<legalAuthenticator>")
    after = _between(after, "<assignedEntity>", "</assignedEntity>", f"<assignedEntity>{_BY_PATIENT}</assignedEntity>")
    return (before + mark + after).replace("<serviceEvent>", f"<serviceEvent>{_EXPRESSION}").encode()


def _imaging_request() -> bytes:
    wanted = Coded("55115-0", LOINC, "Demande d'actes d'imagerie")
    text = build(replace(LETTER, type=wanted, title="Demande de scanner")).decode()
    code = f'<code code="{wanted.code}" codeSystem="{LOINC}" displayName="{wanted.label}"/>'
    return text.replace("<serviceEvent>", f"<serviceEvent>{code}").encode()


def _self_presentable() -> bytes:
    return (_WRAPPED % build(LETTER).decode().partition("?>")[2]).encode()


CHANGED = {
    "device": _by_device(), "by-patient": _by_patient(), "imaging-request": _imaging_request(),
    "self-presentable": _self_presentable(),
}  # fmt: skip


def sample(name: str) -> bytes:
    """The bytes of a sound document, by its name."""
    return CHANGED[name] if name in CHANGED else build(SAMPLES[name])
