"""The name of the PDF that goes with a document (ECO.2.1.6)."""

from __future__ import annotations

import pytest
from cda_samples import LETTER

from rempart.formats.cda import build, parse_cda
from rempart.formats.cda.naming import parse_name, pdf_name
from rempart.validation.cda.naming import check_pdf_name
from rempart.validation.checks import run_check

HEADER = parse_cda(build(LETTER)).header
GOOD = "20260501_Lettre de liaison à la sortie d'un établ_PAT-TROIS_DOMINIQUE.pdf"


def test_the_name_that_the_header_asks_for() -> None:
    assert str(pdf_name(HEADER)) == GOOD
    assert str(pdf_name(HEADER, "12150302014578")) == GOOD.replace(".pdf", "_12150302014578.pdf")
    assert parse_name(GOOD) == pdf_name(HEADER)


@pytest.mark.parametrize("name", [GOOD, GOOD.replace("établ", "etabl"), GOOD.replace("DOMINIQUE", "Dominique"),
                                  GOOD.replace(".pdf", "_123.PDF")])  # fmt: skip
def test_a_sound_name(name: str) -> None:
    assert list(check_pdf_name(HEADER, name)) == []
    assert run_check("document.pdf_name", [build(LETTER)], {"name": name}) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("document.pdf", "forme"),
        (GOOD.replace(".pdf", ".docx"), "forme"),
        (GOOD.replace("20260501", "2026-05-01"), "date de l'acte"),
        (GOOD.replace("20260501", "20260504"), "date de l'acte"),
        (GOOD.replace("établ", "établissement de soins"), "type du document"),
        (GOOD.replace("PAT-TROIS", "Pat-Trois"), "majuscules"),
        (GOOD.replace("PAT-TROIS", "PAT-QUATRE"), "nom de naissance"),
        (GOOD.replace("DOMINIQUE", "MARIE"), "prénom"),
    ],
)
def test_a_faulty_name(name: str, words: str) -> None:
    (found,) = check_pdf_name(HEADER, name)
    assert found.rule == "CDA-126" and words in found.message and found.expected == GOOD
    assert run_check("document.pdf_name", [build(LETTER)], {"name": name}) == [found]


def test_a_document_that_cannot_be_read_is_told() -> None:
    assert "illisible" in run_check("document.pdf_name", [b"rien"], {"name": GOOD})[0].message
