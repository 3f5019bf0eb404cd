"""The PDF of a document under the requirements that ask for it: PDF/A-1, the INS datamatrix, the visible traits."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date

import pytest
from cda_samples import LETTER, PATIENT, SAMPLES
from shared import CORPUS_CDA, needs_shared

from rempart.formats.cda import InstanceId, build
from rempart.formats.cda.paper import ins_pdf, traits
from rempart.formats.datamatrix import InsDatamatrix, modules
from rempart.formats.pdf import minimal_pdf
from rempart.model.finding import Finding
from rempart.validation.cda import validate_cda

ASKED = ("DOC/va1.01", "DOC/va1.04")
NODE = "/ClinicalDocument/component/nonXMLBody/text"
LINES = ["Lettre", *traits(PATIENT)]


def found(pdf: bytes, *asked: str, document: object = LETTER) -> list[Finding]:
    return validate_cda(build(replace(document, pdf=pdf)), requirements=asked or ASKED).findings  # type: ignore[type-var]


@pytest.mark.parametrize("name", SAMPLES)
def test_our_documents_meet_both_requirements(name: str) -> None:
    report = validate_cda(build(SAMPLES[name]), requirements=ASKED)
    assert (report.verdict, report.findings) == ("conforme", [])


def test_a_breach_is_an_error_where_the_requirement_is_declared_only() -> None:
    pdf = LETTER.pdf.replace(b"/OutputIntents", b"/OutputIntentz")
    (told,) = found(pdf, "DOC/va1.01")
    assert (told.rule, told.severity) == ("CDA-093", "error")
    assert told.location.split(" (")[0] == NODE
    assert "page 1" in told.message and "6.2.3" in told.expected
    assert validate_cda(build(replace(LETTER, pdf=pdf))).findings == []


def test_a_pdf_that_cannot_be_read_is_no_pass() -> None:
    for asked in ASKED:
        told = found(b"%PDF-1.4\nrien", asked)[-1]
        assert told.severity == "error" and "ne peut pas" in told.message


def test_a_document_without_pdf_does_not_meet_them() -> None:
    text = base64.b64encode(b"Lettre").decode()
    data = build(LETTER).decode()
    before, _, rest = data.partition('<text mediaType="application/pdf"')
    data = f'{before}<text mediaType="text/plain" representation="B64">{text}</text>{rest.partition("</text>")[2]}'
    report = validate_cda(data.encode(), requirements=ASKED)
    assert [f.rule for f in report.findings] == ["CDA-093", "CDA-094"]
    assert validate_cda(data.encode()).verdict == "conforme"


def test_no_datamatrix() -> None:
    (told,) = found(minimal_pdf(LINES, title="Lettre"))
    assert (told.rule, told.severity, told.location.split(" (")[0]) == ("CDA-094", "error", NODE)
    assert "ne porte pas de datamatrix" in told.message


OTHERS = {
    "matricule": (replace(PATIENT, ins=InstanceId("1.2.250.1.213.1.4.10", "277076322082910")), "le matricule"),
    "OID": (replace(PATIENT, ins=InstanceId("1.2.250.1.213.1.4.8", "279035121518989")), "l'OID"),
    "birth name": (replace(PATIENT, birth_name="PAT-QUATRE"), "le nom de naissance"),
    "first names": (replace(PATIENT, birth_names="DOMINIQUE"), "la liste des prénoms"),
    "sex": (replace(PATIENT, sex="M"), "le sexe"),
    "date": (replace(PATIENT, birth_date=date(1979, 3, 29)), "la date de naissance"),
    "place": (replace(PATIENT, birth_place="63220"), "le lieu de naissance"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_datamatrix_of_somebody_else(name: str) -> None:
    patient, trait = OTHERS[name]
    (told,) = found(ins_pdf(LINES, patient, title="Lettre"))
    assert (told.rule, told.severity) == ("CDA-094", "error")
    assert f"{trait} diffère de l'en-tête" in told.message or trait in told.message
    assert told.expected and told.actual and told.expected != told.actual


def test_a_datamatrix_that_breaks_its_format() -> None:
    assert PATIENT.ins
    said = InsDatamatrix.of(
        matricule=PATIENT.ins.extension, oid=PATIENT.ins.root, birth_names=PATIENT.birth_names,
        birth_name=PATIENT.birth_name, sex="F", born=PATIENT.birth_date, birth_place=PATIENT.birth_place,
    ).payload()  # fmt: skip
    told = found(minimal_pdf(LINES, code=modules(said.replace("\x1d", "GS"))))
    assert told and all("en lettres" in f.message for f in told)
    (cut,) = found(minimal_pdf(LINES, code=modules(said[:70])))
    assert "absent ou mal formé" in cut.message


HIDDEN = {
    "Nom de naissance": ("le nom de naissance", "error"),
    "Premier prénom": ("le premier prénom", "error"),
    "Date de naissance": ("la date de naissance", "error"),
    "Matricule": ("le matricule INS", "error"),
    "Liste des prénoms": ("la liste des prénoms", "warning"),
    "Lieu de naissance": ("le code du lieu", "warning"),
}


@pytest.mark.parametrize("start", HIDDEN)
def test_a_trait_that_nobody_can_read(start: str) -> None:
    trait, severity = HIDDEN[start]
    # The names that other lines show too are cut from all of them.
    shown = [line for line in LINES if not line.startswith((start, "Nom et prénom utilisés"))]
    if start == "Premier prénom":
        shown = [line for line in shown if not line.startswith("Liste")]
    told = found(ins_pdf(shown, PATIENT, title="Lettre"))
    assert any(trait in f.message and f.severity == severity for f in told), told
    assert all("ne montre pas" in f.message for f in told)


def test_a_page_that_is_only_a_picture_is_for_a_person_to_look_at() -> None:
    told = found(ins_pdf([], PATIENT, title="Lettre").replace(b"Tj", b"  "))
    assert [(f.rule, f.severity) for f in told if "texte" in f.message] == [("CDA-094", "warning")]


def test_a_datamatrix_without_an_ins_in_the_header() -> None:
    bare = replace(LETTER, patient=replace(PATIENT, ins=None))
    told = [f for f in found(LETTER.pdf, document=bare) if f.rule == "CDA-094"]
    assert len(told) == 1 and "n'a pas d'INS" in told[0].message


def test_the_ins_itself_is_asked_for() -> None:
    told = found(minimal_pdf(LINES), document=replace(LETTER, patient=replace(PATIENT, ins=None)))
    assert [(f.rule, f.location.split(" (")[0]) for f in told] == [
        ("CDA-031", "/ClinicalDocument/recordTarget/patientRole/id/@root")
    ]


def test_prescriptions_are_left_out_of_it() -> None:
    data = build(replace(LETTER, pdf=minimal_pdf(["Ordonnance"])))
    data = data.replace(b'code="11490-0"', b'code="57833-6"', 1)
    assert "CDA-094" not in {f.rule for f in validate_cda(data, requirements=ASKED).findings}


def test_a_content_in_another_language_says_so() -> None:
    pdf = LETTER.pdf.replace(b"(fr-FR)", b"(de-DE)")
    (told,) = found(pdf, "DOC/va1.01")
    assert (told.rule, told.severity, told.expected) == ("CDA-095", "info", "de-DE")
    said = build(replace(LETTER, pdf=pdf)).replace(b"</nonXMLBody>", b'<languageCode code="de-DE"/></nonXMLBody>')
    assert validate_cda(said, requirements=["DOC/va1.01"]).findings == []


@needs_shared
def test_the_published_pdfs_are_told_apart() -> None:
    """As an independent validator of PDF/A-1b tells them (docs/pdf-a.md)."""
    verdicts = {}
    for name in ("BIO-CR-BIO_2024.01_TSH_2.xml", "BIO-CR-BIO_2024.01_DEP-CCU-tout-structuré.xml", "TLM-CR_2022.01.xml"):
        report = validate_cda((CORPUS_CDA / name).read_bytes(), requirements=["DOC/va1.01"])
        verdicts[name] = sorted({f.rule for f in report.findings if "PDF/A-1" in f.message})
    assert list(verdicts.values()) == [[], ["CDA-093"], ["CDA-093"]]
