"""The DPI and its documents: drafted and addressed, listed, opened with one stylesheet or the other, exported."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from reference.people import adt, named, someone
from reference.refproc import Reference, running

from rempart.formats.cda.read import parse_cda
from rempart.formats.hl7v2.cisis import Patient
from rempart.formats.pdf.render import pages_seen
from rempart.simulators.deliveries import delivery
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.variants import self_presentable, with_result, with_unknown_parts

HODA = {"name": "ADAM Hoda", "address": "adam.hoda@test-ci-sis.mssante.fr", "identifier": "801234567897"}
CHU = {"name": "CHU-X", "address": "chu@test-ci-sis.mssante.fr", "identifier": "120456789", "kind": "organisation"}


@pytest.fixture(scope="module")
def dpi() -> Iterator[Reference]:
    with running("dpi") as reference:
        yield reference


@pytest.fixture
def patient(dpi: Reference) -> Patient:
    person = someone()
    dpi.send(adt("A28", person))
    return person


def letter(dpi: Reference, patient: Patient, **more: object) -> dict[str, Any]:
    asked = {"type_code": "11490-0", "title": "Lettre de sortie"} | more
    return dpi.act("produce_document", patient=named(patient), **asked)


def exported(dpi: Reference, patient: Patient, unique_id: str) -> dict[str, Any]:
    return dpi.act("export_document", patient=named(patient), unique_id=unique_id)


def hand(dpi: Reference, patient: Patient, version: Any, action: Any = "initial") -> str:
    return dpi.send(delivery(patient, version, action).message).get("MSA-1")


def test_a_draft_is_addressed_then_validated_once(dpi: Reference, patient: Patient) -> None:
    ref = letter(dpi, patient, draft=True, recipients=[HODA])["document"]
    shown = dpi.act("show_recipients", document=ref)["recipients"]
    assert [(r["name"], r["address"]) for r in shown] == [(HODA["name"], HODA["address"])]
    assert dpi.act("open_patient_record", patient=named(patient))["documents"] == []
    assert dpi.act("set_recipients", document=ref, recipients=[CHU])["recipients"][0]["address"] == CHU["address"]
    made = dpi.act("validate_document", document=ref)
    assert dpi.act("validate_document", document=ref)["outcome"] == "refused"
    header = parse_cda(base64.b64decode(exported(dpi, patient, made["unique_id"])["content"])).header
    assert [(r.family, r.organisation, str(r.organisation_id)) for r in header.recipients] == [
        ("", "CHU-X", "1.2.250.1.71.4.2.2^1120456789")
    ]


def test_the_notice_that_was_set_is_at_the_foot_of_the_next_document(dpi: Reference, patient: Patient) -> None:
    dpi.act("set_information_notice", mention="Écrire au délégué.")
    made = exported(dpi, patient, letter(dpi, patient)["unique_id"])
    (page,) = pages_seen(base64.b64decode(made["pdf"]))
    assert page.foot.endswith("Écrire au délégué.") and page.codes and made["pdf_name"].endswith("_DOMINIQUE.pdf")


def test_a_replacement_keeps_recipients_and_sections(dpi: Reference, patient: Patient) -> None:
    section = {"title": "Conseils", "text": "Marcher."}
    made = letter(dpi, patient, level="N3", recipients=[HODA], sections=[section])
    dpi.act("send_document", document=made["document"], channels=["dmp"])
    after = dpi.act("replace_document", document=made["document"], title="Corrigée")
    header = parse_cda(base64.b64decode(exported(dpi, patient, after["unique_id"])["content"])).header
    assert (header.title, header.version, [r.family for r in header.recipients]) == ("Corrigée", 2, ["ADAM"])
    assert "Marcher." in dpi.act("view_document", patient=named(patient), unique_id=after["unique_id"])["text"]


def test_a_document_shows_in_the_stylesheet_it_came_with(dpi: Reference, patient: Patient) -> None:
    plain = with_unknown_parts(first_version(patient, level="N3"))
    styled = self_presentable(first_version(patient, level="N3"), "Mise en page")
    for version, sheet, words in ((plain, "own", "marcher chaque jour"), (styled, "producer", "Mise en page")):
        assert hand(dpi, patient, version) == "AA"
        shown = dpi.act("view_document", patient=named(patient), unique_id=version.document.unique_id)
        assert (shown["first"], shown["stylesheet"]) == ("pdf", sheet) and words in shown["text"]
        kept = exported(dpi, patient, version.document.unique_id)["content"]
        assert base64.b64decode(kept) == version.document.cda


def test_a_late_version_is_kept_and_not_current(dpi: Reference, patient: Patient) -> None:
    first = first_version(patient)
    second = next_version(first, patient)
    assert [hand(dpi, patient, v) for v in (second, first)] == ["AA", "AA"]
    lines = dpi.act("list_documents", patient=named(patient), sort="created")["documents"]
    assert {d["unique_id"]: d["status"] for d in lines} == {
        second.document.unique_id: "current",
        first.document.unique_id: "replaced",
    }


@pytest.mark.parametrize(("code", "critical"), [("AA", True), ("HH", True), ("LL", True), ("N", False)])
def test_a_critical_result_is_told(dpi: Reference, patient: Patient, code: str, critical: bool) -> None:
    assert hand(dpi, patient, with_result(first_version(patient, type_code="11502-2", level="N3"), code)) == "AA"
    (line,) = dpi.act("open_patient_record", patient=named(patient))["documents"]
    assert line["critical"] is critical


def test_what_is_unknown_is_said(dpi: Reference, patient: Patient) -> None:
    nobody = {"value": "personne", "authority": "1.2.3"}
    assert exported(dpi, patient, "1.2.3") == {"found": False}
    assert dpi.act("view_document", patient=nobody, unique_id="1.2.3") == {"found": False}
    assert dpi.act("list_documents", patient=nobody, sort="created") == {"documents": []}
    assert dpi.act("show_recipients", document="x")["outcome"] == "refused"
