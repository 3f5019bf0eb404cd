"""Checks on what a candidate shows, lists and exports: a sound answer, and one fault at a time."""

from __future__ import annotations

import base64
import json

import pytest

from rempart.formats.cda.read import parse_cda
from rempart.simulators.deliveries import delivery
from rempart.simulators.documents import first_version
from rempart.simulators.patients import patient
from rempart.validation.checks import run_check

DOMINIQUE = patient("Dominique PAT-TROIS", ipp="IPP1")
N1, N3 = first_version(DOMINIQUE), first_version(DOMINIQUE, level="N3")
HEADER = parse_cda(N1.document.cda).header
SHOWN = {
    "title": HEADER.title,
    "created": HEADER.effective_time,
    "patient": "Mme PAT-TROIS Dominique, née le 28/03/1979",
    "author": "Dr Thierry DIAZ",
    "organisation": "CHU-X",
}


def sent(version=N1) -> bytes:
    return delivery(DOMINIQUE, version).message


def told(name: str, *evidence: bytes, **params: object) -> list[str]:
    return [f.location for f in run_check(name, evidence, {"rule": "REM-052"} | params)]


def answer(**said: object) -> bytes:
    return json.dumps({"found": True} | said).encode()


@pytest.mark.parametrize("field", SHOWN)
def test_header(field: str) -> None:
    assert told("display.header", sent(), answer(header=SHOWN)) == []
    wrong = answer(header=SHOWN | {field: "autre chose"})
    assert set(told("display.header", sent(), wrong)) == {f"header.{field}"}


def test_a_header_that_is_not_shown() -> None:
    assert {f"header.{f}" for f in SHOWN} == set(told("display.header", sent(), answer(header=None)))
    assert told("display.header", sent(), b"{") == ["réponse"] == told("display.header", sent(), b"[]")
    assert told("display.header", b"rien", answer(header=SHOWN)) == ["OBX-5.5"]


def test_narrative_is_all_there() -> None:
    text = "CR hospitalier (séjour):  EXAMEN sans\nparticularité"
    assert told("display.narrative", sent(N3), answer(text=text)) == []
    assert told("display.narrative", sent(N3), answer(text="CR hospitalier")) == ["text"]
    assert told("display.narrative", sent(N3), answer()) == ["text"]


def test_pdf_is_that_of_the_document() -> None:
    words = "CR hospitalier (séjour)\r\nPAT-TROIS DOMINIQUE"
    assert told("display.pdf", sent(), answer(pdf_text=words)) == []
    assert told("display.pdf", sent(), answer(pdf_text="CR hospitalier (séjour)")) == ["pdf_text"]


def test_something_is_readable() -> None:
    assert told("display.readable", answer(text="x")) == [] == told("display.readable", answer(pdf_text="x"))
    assert told("display.readable", answer()) == ["pdf_text"] == told("display.readable", answer(found=False, text="x"))


def test_order_of_a_list() -> None:
    def listed(*ids: str) -> bytes:
        return answer(documents=[{"unique_id": i} for i in ids])

    asked = {"ids": ["1", "2", "3"]}
    for sound in (("1", "2", "3"), ("3", "2", "1"), ("1", "9", "2", "3")):
        assert told("list.order", listed(*sound), **asked) == []
    for wrong in (("2", "1", "3"), ("1", "2"), (), ("1", "1", "2", "3")):
        assert told("list.order", listed(*wrong), **asked) == ["documents"]


def test_values_of_a_list() -> None:
    line = {"unique_id": HEADER.unique_id, "type_code": "34112-3", "created": HEADER.effective_time[:8]}
    assert told("list.from_document", answer(documents=[line]), sent()) == []
    for name in ("type_code", "created"):
        assert told("list.from_document", answer(documents=[line | {name: "1"}]), sent()) == [f"documents[].{name}"]
    assert told("list.from_document", answer(documents=[]), sent()) == ["documents"]


def test_export_is_byte_for_byte() -> None:
    kept = base64.b64encode(N1.document.cda).decode()
    assert told("export.as_received", sent(), answer(content=kept)) == []
    for wrong in (base64.b64encode(N1.document.cda + b"\n").decode(), "", "pas du base64"):
        assert told("export.as_received", sent(), answer(content=wrong)) == ["content"]


def test_exported_pdf_and_its_name() -> None:
    pdf = base64.b64encode(HEADER.pdf or b"").decode()
    name = f"{HEADER.act_start[:8]}_CR hospitalier (séjour)_PAT-TROIS_DOMINIQUE.pdf"
    assert told("export.pdf", sent(), answer(pdf=pdf, pdf_name=name)) == []
    assert told("export.pdf", sent(), answer(pdf="", pdf_name=name)) == ["pdf"]
    misnamed = run_check("export.pdf", [sent(), answer(pdf=pdf, pdf_name="document.pdf")], {"rule": "REM-065"})
    assert [(f.rule, f.severity.value) for f in misnamed] == [("CDA-126", "warning")]


def test_what_a_value_lacks() -> None:
    asked = {"path": "documents[0].origin", "lacks": "MSS"}
    assert told("observation.expect", answer(documents=[{"origin": "DPI"}]), **asked) == []
    assert told("observation.expect", answer(documents=[{"origin": "MSSanté"}]), **asked) == ["documents[0].origin"]
    assert told("observation.expect", answer(documents=[]), **asked) == ["documents[0].origin"]
