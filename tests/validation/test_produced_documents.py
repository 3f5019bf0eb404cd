"""Checks on the documents that a candidate produces: what a sound one shows, and one fault at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cda_samples import ADDRESSED, BIOLOGY, LETTER, PATIENT, ROOT

from rempart.formats.cda.model import InstanceId
from rempart.formats.cda.paper import ins_pdf, traits
from rempart.formats.cda.write import build
from rempart.formats.hl7v2.cisis import Document, document_message
from rempart.formats.pdf import minimal_pdf
from rempart.simulators.documents import Version
from rempart.simulators.dpi import SimulatedDpi
from rempart.simulators.patients import patient
from rempart.validation.checks import run_check
from rempart.validation.produced_documents import letters

DOMINIQUE = patient("Dominique PAT-TROIS", ipp="PAT0001")
NOTICE = "Vos données sont traitées par l'hôpital: délégué à la protection des données."
HEADING = ["Lettre de liaison à la sortie", LETTER.type.label, "Le 04/05/2026", "DIAZ", "Hôpital de démonstration"]
GARBAGE = b"ceci n'est pas un message"


def sent(document=LETTER, cda: bytes = b"") -> bytes:
    """The order that carries the document."""
    made = Document(cda=cda or build(document), unique_id=f"{ROOT}.1.1", type_code="11490-0", type_label="L")
    dpi = SimulatedDpi(lambda *args, **kwargs: None)
    return document_message(dpi.order(DOMINIQUE, Version(document=made, set_id="", number=1)))


def told(name: str, *evidence: bytes, **params: object) -> list[str]:
    return [f"{f.rule} {f.location}" for f in run_check(name, evidence, params)]


def paper(*lines: str, footer=(NOTICE,)) -> bytes:
    return ins_pdf([*lines, *traits(PATIENT)], PATIENT, title="Lettre", footer=footer)


def test_rules_of_documents_are_those_asked_for() -> None:
    asked = {"rules": ["CDA-094"], "requirements": ["DOC/va1.04"]}
    assert told("document.rules", sent(), **asked) == []
    bare = replace(LETTER, pdf=minimal_pdf(["Lettre", *traits(PATIENT)]), title="")
    (only,) = told("document.rules", sent(bare), **asked)  # the empty title is not asked about
    assert only.startswith("CDA-094")
    assert told("document.rules", GARBAGE, **asked) == ["CDA-094 OBX-5.5"]
    assert told("document.rules", sent(cda=b"<x/>"), **asked) == ["CDA-094 OBX-5.5"]


def test_type_and_body() -> None:
    asked = {"code": "11490-0", "rule": "REM-061"}
    assert told("document.of_type", sent(), **asked) == []
    assert told("document.of_type", sent(), code="34874-8", rule="REM-061") == ["REM-061 ClinicalDocument/code"]
    body = "REM-061 ClinicalDocument/component/nonXMLBody/text"
    assert told("document.of_type", sent(replace(LETTER, pdf=b"GIF89a")), **asked) == [body]
    rtf = build(LETTER).replace(b"application/pdf", b"text/rtf")
    assert told("document.of_type", sent(cda=rtf), **asked) == [f"{body}/@mediaType"]
    structured = replace(BIOLOGY, type=LETTER.type)
    assert told("document.of_type", sent(structured), **asked) == [f"{body}/@mediaType", f"{body}/@representation"]


def test_ins_of_the_header() -> None:
    assert PATIENT.ins
    asked = {"value": PATIENT.ins.extension, "oid": PATIENT.ins.root, "rule": "REM-060"}
    assert told("document.ins", sent(), **asked) == []
    for ins in (None, InstanceId(PATIENT.ins.root, "277076322082910"), InstanceId("1.2.3", PATIENT.ins.extension)):
        wrong = replace(LETTER, patient=replace(PATIENT, ins=ins))
        assert told("document.ins", sent(wrong), **asked) == ["REM-060 ClinicalDocument/recordTarget/patientRole/id"]


def test_recipients_of_the_header() -> None:
    place = "ClinicalDocument/informationRecipient"
    names, asked = ["ADAM", "Hôpital de démonstration"], {"rule": "REM-059"}
    assert told("document.recipients", sent(ADDRESSED), names=names, **asked) == []
    assert told("document.recipients", sent(), names=names, **asked) == [f"CDA-065 {place}"]
    assert told("document.recipients", sent(ADDRESSED), names=["DIAZ"], **asked) == [f"REM-059 {place}"]
    assert told("document.recipients", sent(ADDRESSED), names=[], others=["Adam"], **asked) == [f"REM-059 {place}"]


@pytest.mark.parametrize(
    ("pdf", "place"),
    [
        (paper(*HEADING), ""),
        (paper(NOTICE, *HEADING, footer=()), "PDF, page 1, bas de page"),
        (paper(*HEADING, footer=("Une autre mention.",)), "PDF, page 1, bas de page"),
        (b"%PDF-1.4", "PDF"),
    ],
)
def test_notice_at_the_foot(pdf: bytes, place: str) -> None:
    found = told("document.notice", sent(replace(LETTER, pdf=pdf)), text=NOTICE, rule="REM-058")
    assert found == ([f"REM-058 {place}"] if place else [])


def test_header_on_the_pages() -> None:
    asked = {"rule": "REM-063"}
    for day in ("Le 04/05/2026", "2026-05-04", "4 mai 2026"):
        lines = [day if line.startswith("Le 04") else line for line in HEADING]
        assert told("document.pdf_header", sent(replace(LETTER, pdf=paper(*lines))), **asked) == []
    for n in range(1, len(HEADING)):  # the title is part of the type's label
        lines = [line for i, line in enumerate(HEADING) if i != n]
        assert told("document.pdf_header", sent(replace(LETTER, pdf=paper(*lines))), **asked) == ["REM-063 PDF"]
    untitled = replace(LETTER, title="Sortie de Dominique", pdf=paper(*HEADING))
    assert told("document.pdf_header", sent(untitled), **asked) == ["REM-063 PDF"]


def test_narrative_on_the_pages() -> None:
    asked = {"rule": "REM-064"}
    text = ["Hémoglobine normale.", "Rien à signaler."]
    assert told("document.pdf_narrative", sent(replace(BIOLOGY, pdf=paper(*text))), **asked) == []
    assert told("document.pdf_narrative", sent(replace(BIOLOGY, pdf=paper(text[0]))), **asked) == ["REM-064 PDF"]
    assert told("document.pdf_narrative", sent(replace(BIOLOGY, pdf=b"%PDF-")), **asked) == ["REM-064 PDF"]


def test_a_day_that_is_none_is_not_found() -> None:
    cda = build(replace(LETTER, pdf=paper(*HEADING))).replace(
        b'<effectiveTime value="2026', b'<effectiveTime value="abcd99', 1
    )
    assert "REM-063 PDF" in told("document.pdf_header", sent(cda=cda), rule="REM-063")


def test_what_is_compared_of_a_text() -> None:
    assert letters("Été: l'œil,\r\n2026-05") == "ETELOEIL202605"
