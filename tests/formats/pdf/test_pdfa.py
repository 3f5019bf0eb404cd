"""PDF/A-1: our own PDFs have no breach; each fault is found by its clause; hostile files are refused quickly."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.formats.datamatrix import modules
from rempart.formats.pdf import minimal_pdf
from rempart.formats.pdf.language import language
from rempart.formats.pdf.pdfa import check
from rempart.formats.pdf.read import PdfError, check_bounds, open_pdf
from rempart.formats.pdf.render import pages_seen

_SPEC = importlib.util.spec_from_file_location("pdf_faults", Path(__file__).with_name("pdf_faults.py"))
assert _SPEC and _SPEC.loader
pdf_faults = importlib.util.module_from_spec(_SPEC)
sys.modules["pdf_faults"] = pdf_faults
_SPEC.loader.exec_module(pdf_faults)
FAULTS, SOUND = pdf_faults.FAULTS, pdf_faults.SOUND


def test_our_own_pdf_has_no_breach() -> None:
    assert check(SOUND) == []
    assert check(minimal_pdf(["à"] * 57, title="É <&>", code=modules("IS01"), caption="INS à scanner")) == []
    assert check(pdf_faults.changed(lambda pdf: None)) == []


@given(st.lists(st.text(max_size=90), max_size=60), st.text(alphabet=st.characters(exclude_categories=["C"])))
@settings(max_examples=25, deadline=None)
def test_whatever_it_says(lines: list[str], title: str) -> None:
    assert check(minimal_pdf(lines, title=title)) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_clause(name: str) -> None:
    clause, words, data = FAULTS[name]
    found = check(data)
    assert [b for b in found if b.clause == clause and words in b.message], found
    assert all(b.place and b.message for b in found)


def test_a_file_that_is_no_pdf_is_refused_with_its_reason() -> None:
    for data in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"%PDF-1.4\n" + b"\0" * 5000):
        with pytest.raises(PdfError, match=r"illisible: (?!stream <)"):
            check(data)


def test_a_password_is_told() -> None:
    import pikepdf

    locked = pdf_faults.changed(lambda pdf: None, encryption=pikepdf.Encryption(owner="x", user="y"))
    with pytest.raises(PdfError, match="mot de passe"):
        check(locked)


def test_a_bomb_is_refused_before_any_library_sees_it() -> None:
    data = pdf_faults.bomb(100)
    started = time.perf_counter()
    with pytest.raises(PdfError, match="limite"):
        open_pdf(data)
    assert time.perf_counter() - started < 5
    check_bounds(pdf_faults.bomb(8))


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(PdfError, match="limite"):
        check(SOUND + b"%" * 51_000_000)


def test_forms_that_multiply_are_not_drawn() -> None:
    data = pdf_faults.nested_forms(12, 10)
    started = time.perf_counter()
    with pytest.raises(PdfError, match="démesuré"):
        pages_seen(data)
    check(data)
    assert time.perf_counter() - started < 10
    assert pages_seen(pdf_faults.nested_forms(2, 2))


@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_never_raise_anything_else(at: int, junk: bytes) -> None:
    damaged = SOUND[:at] + junk + SOUND[at + len(junk) :]
    for reads in (check, pages_seen):
        try:
            reads(damaged)
        except PdfError as error:
            assert error.reason


def test_the_language_is_read() -> None:
    assert language(SOUND) == "fr-FR"
    assert language(b"rien") == ""
