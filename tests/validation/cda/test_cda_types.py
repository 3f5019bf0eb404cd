"""Each type of document that a hospital writes, with what a header may legitimately say: conforming, in N1 and N3."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cda_edit import edit
from cda_samples import BIOLOGY, IMAGING, LETTER, PATIENT, ROOT

from rempart.formats.cda import CdaDocument, CdaSection, Coded, InstanceId, Organisation, build
from rempart.formats.cda.model import LOINC
from rempart.formats.cda.paper import ins_pdf, traits
from rempart.validation.cda import validate_cda
from rempart.validation.cda.models import models
from rempart.validation.cda.tables import value_set

TYPES = (
    "11490-0", "18761-7", "34112-3", "34874-8", "60568-3", "15507-7", "77436-4", "34749-2", "11488-4", "57833-6",
    "57832-8", "57828-6", "PRESC-BIO", "PRESC-KINE", "PRESC-INF", "60593-1", "80820-4", "60591-5", "74207-2",
    "11369-6", "87273-9", "34794-8", "28653-4", "70004-7",
)  # fmt: skip
_ENTITY = """<id root="1.2.250.1.71.4.2.1" extension="801234567897"/>
<code code="G15_10/SM26" codeSystem="1.2.250.1.213.1.1.4.5"
 displayName="Médecin - Qualifié en Médecine Générale (SM)"/>
<addr use="WP"><streetAddressLine>1 rue des Lilas</streetAddressLine>
<streetAddressLine>75000 PARIS</streetAddressLine></addr>
<telecom value="tel:0100000000" use="WP"/>"""
_PERSON = """<assignedPerson><name><prefix>MME</prefix><given>Hoda</given><family>ADAM</family><suffix>DR</suffix>
</name></assignedPerson>"""
_STRUCTURE = """<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="326950035400010"/>
<name>Clinique</name></representedOrganization>"""
_ATTENDING = '<functionCode code="PCP" codeSystem="2.16.840.1.113883.5.88" displayName="Médecin traitant"/>'
_ACTOR = f"<assignedEntity>{_ENTITY}{_PERSON}</assignedEntity>"
_PROVIDER = f'<associatedEntity classCode="PROV">{_ENTITY}</associatedEntity>'
_STAY = "componentOf/encompassingEncounter/effectiveTime"
# Legitimate parts of a header that our writer does not say: an edit each, all done to every type.
PARTS = (
    (
        "after", "author",
        f'<author>{_ATTENDING}<time value="20260504120000+0200"/><assignedAuthor>{_ENTITY}{_PERSON}{_STRUCTURE}'
        "</assignedAuthor></author>",
    ),
    ("after", "author[2]", f'<dataEnterer><time value="20260504"/>{_ACTOR}</dataEnterer>'),
    (
        "after", "dataEnterer",
        '<informant><relatedEntity classCode="NOK"><addr nullFlavor="UNK"/><telecom value="mailto:p@example.org"/>'
        "<relatedPerson><name><family>PAT-TROIS</family><given>Paul</given></name></relatedPerson></relatedEntity>"
        "</informant>",
    ),
    ("after", "informant", f"<informant>{_ACTOR}</informant>"),
    (
        "after", "legalAuthenticator",
        f'<authenticator><time value="20260504121500+0200"/><signatureCode code="S"/>{_ACTOR}</authenticator>',
    ),
    (
        "after", "authenticator",
        f'<participant typeCode="REF"><time><high value="20260430"/></time>{_PROVIDER}</participant>',
    ),
    (
        "after", "participant",
        f'<participant typeCode="INF">{_ATTENDING}<time nullFlavor="UNK"/>{_PROVIDER}</participant>',
    ),
    ("into", "documentationOf/serviceEvent/effectiveTime", '<high value="20260504100000+0200"/>'),
    ("after", "recordTarget/patientRole/patient/birthTime", '<sdtc:deceasedInd value="false"/>'),
    (
        "before", "componentOf",
        '<authorization><consent><code code="64292-6" codeSystem="2.16.840.1.113883.6.1" '
        'displayName="Non-opposition à la réutilisation"/><statusCode code="completed"/></consent></authorization>',
    ),
    ("before", _STAY, '<code code="IMP" codeSystem="2.16.840.1.113883.5.4" displayName="Hospitalisation"/>'),
    ("into", _STAY, '<high value="20260504180000+0200"/>'),
    (
        "after", _STAY,
        '<dischargeDispositionCode code="8" codeSystem="1.2.250.1.213.2.14" displayName="Domicile"/>',
    ),
    ("for", "recordTarget/patientRole/telecom", '<telecom value="mailto:279035121518989@patient.mssante.fr"/>'),
    (
        "for", "recordTarget/patientRole/addr",
        '<addr use="H"><houseNumber>1</houseNumber><streetName>rue des Lilas</streetName><city>PARIS</city></addr>',
    ),
)  # fmt: skip
ASKED = ("DOC/va1.01", "DOC/va1.04")


def written(document: CdaDocument, code: str) -> CdaDocument:
    known = value_set("jdv-j07")
    lines = [known.labels[code], *traits(document.patient)]
    pdf = ins_pdf(lines, document.patient, title=known.labels[code][:80])
    kind = Coded(code, known.systems[code], known.labels[code])
    return replace(document, type=kind, title=known.labels[code][:128], pdf=pdf)


def richer(data: bytes) -> bytes:
    for part in PARTS:
        data = edit(data, part)
    return data


@pytest.mark.parametrize("code", TYPES)
def test_a_document_of_this_type_conforms(code: str) -> None:
    data = build(written(LETTER, code))
    assert validate_cda(data, requirements=ASKED, destination="dmp").findings == []
    report = validate_cda(richer(data), requirements=ASKED)
    assert (report.verdict, report.findings) == ("conforme", [])


def test_imaging_and_biology_reports_may_say_as_much() -> None:
    for document in (IMAGING, replace(BIOLOGY, level="N1"), BIOLOGY):
        assert validate_cda(richer(build(document))).findings == []


MODELS = sorted({m.name for m in models().models if m.type})


@pytest.mark.parametrize("name", MODELS)
def test_a_structured_document_of_this_model_conforms(name: str) -> None:
    """Its mandatory sections, its type, the copy of the document; not what the sections of a model hold."""
    lines = [m for m in models().models if m.name == name]
    wanted = [choice[-1] for m in lines for choice in m.sections]
    sections = tuple(
        CdaSection(templates=(root,), code=Coded("55112-7", LOINC, "Commentaire"), title=f"Section {n}", text="Rien.")
        for n, root in enumerate(wanted)
    )
    kind = next(m.type for m in lines if m.type)
    version = next((m.versions[-1] for m in lines if m.versions), "")
    base = IMAGING if kind == "18748-4" else BIOLOGY
    document = replace(
        written(base, kind), level="N3", sections=sections, templates=(InstanceId(lines[0].template, version),)
    )
    data = build(document)
    if kind == "55115-0":
        code = '<code code="55115-0" codeSystem="2.16.840.1.113883.6.1" displayName="Demande"/>'
        data = data.replace(b"<serviceEvent>", f"<serviceEvent>{code}".encode())
    assert validate_cda(data).findings == []
    if wanted:
        short = data.replace(wanted[0].encode(), b"1.2.3")
        assert {f.rule for f in validate_cda(short).findings} == {"CDA-122"}


PATIENTS = {
    "born in Corsica": replace(PATIENT, ins=InstanceId("1.2.250.1.213.1.4.10", "297022A02077878"), sex="F",
                               birth_date=date(1997, 2, 26), birth_place="2A020"),
    "born abroad": replace(PATIENT, birth_place="99100"),
    "names with accents and apostrophes": replace(PATIENT, birth_name="D'ÉTÉ-ŒUVRE", birth_names="ZOÉ ANNE-LISE",
                                                  first_birth_name="ZOÉ"),
    "composite first name": replace(PATIENT, birth_names="MARIE LOUISE ANNE", first_birth_name="MARIE LOUISE"),
    "not qualified": replace(PATIENT, ins=None),
}  # fmt: skip


@pytest.mark.parametrize("name", PATIENTS)
def test_a_patient_may_be_so(name: str) -> None:
    patient = PATIENTS[name]
    pdf = ins_pdf(["Lettre", *traits(patient)], patient, title="Lettre")
    asked = ASKED if patient.ins else ASKED[:1]
    report = validate_cda(build(replace(LETTER, patient=patient, pdf=pdf)), requirements=asked)
    assert report.findings == []


STRUCTURES = {
    "FINESS": ("1.2.250.1.71.4.2.2", "1750000001"), "SIREN": ("1.2.250.1.71.4.2.2", "2326950035"),
    "SIRET": ("1.2.250.1.71.4.2.2", "332695003540001"), "technical number": ("1.2.250.1.71.4.2.2", "990000012345"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_may_be_known_by(name: str) -> None:
    root, extension = STRUCTURES[name]
    structure = Organisation(extension, "Structure", root)
    document = replace(LETTER, custodian=structure, author=replace(LETTER.author, organisation=structure))
    assert validate_cda(build(document)).findings == []


PROFESSIONALS = ("0012345678", "3750000001/12", "4326950035/a", "532695003540001/12", "801234567866")


@pytest.mark.parametrize("extension", PROFESSIONALS)
def test_a_professional_may_be_known_by(extension: str) -> None:
    document = replace(LETTER, author=replace(LETTER.author, id=extension))
    assert validate_cda(build(document)).findings == []


def test_an_identifier_of_document_may_be_a_long_oid_and_a_set_a_uuid() -> None:
    document = replace(
        LETTER, id=InstanceId("2.25.329800735698586629295641978511506172918"),
        set_id=InstanceId("90e1c8ec-f951-4b26-a305-a34848818dd6", "7"),
    )  # fmt: skip
    assert validate_cda(build(document)).findings == []
    assert len(f"{ROOT}.{'9' * (64 - len(ROOT) - 1)}") == 64
    longest = replace(LETTER, id=InstanceId(f"{ROOT}.{'9' * (64 - len(ROOT) - 1)}"))
    assert validate_cda(build(longest)).findings == []
