"""The INS datamatrix: the published example, what the format admits, written, drawn and read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.formats.datamatrix import CAPTION, GS, HEADER, DatamatrixError, InsDatamatrix, capitals, modules, parse
from rempart.formats.ins import key
from rempart.formats.pdf import minimal_pdf
from rempart.formats.pdf.render import pages_seen

JEANNE = InsDatamatrix.of(
    matricule="260058815400233", oid="1.2.250.1.213.1.4.8", birth_names="Jeanne Marie Cécile", birth_name="Dark",
    sex="F", born=date(1960, 5, 30), birth_place="88154",
)  # fmt: skip
SAID = f"{HEADER}S1260058815400233S21.2.250.1.213.1.4.8{GS}S3JEANNE MARIE CECILE{GS}S4DARK{GS}S5FS630-05-1960S788154"
NAMES = st.from_regex(r"[A-Z]{1,20}([ '-][A-Z]{1,20}){0,4}", fullmatch=True).filter(lambda n: len(n) <= 100)


def test_the_example_of_the_national_referential() -> None:
    assert JEANNE.payload() == SAID
    assert parse(SAID) == JEANNE


def test_the_oid_of_test_takes_no_separator_and_the_place_may_be_absent() -> None:
    test = replace(JEANNE, oid="1.2.250.1.213.1.4.10", birth_place="")
    assert f"1.2.250.1.213.1.4.10{GS}" not in test.payload()
    assert parse(test.payload()) == test


@given(NAMES, NAMES, st.sampled_from("MF"), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.booleans())
def test_what_is_written_is_read(names: str, name: str, sex: str, born: date, placed: bool) -> None:
    body = f"1{born:%y%m}75056001{7:02d}"[:13]
    said = InsDatamatrix.of(
        matricule=body + key(body), oid="1.2.250.1.213.1.4.8", birth_names=names, birth_name=name, sex=sex, born=born,
        birth_place="75056" if placed else "",
    )  # fmt: skip
    assert parse(said.payload()) == said


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (SAID.replace(f"8{GS}S3", "8S3"), "manque après S2"),
        (SAID.replace(GS, "GS"), "en lettres"),
        (SAID.replace("S5F", f"S5F{GS}"), "n'en admet pas"),
        (SAID.replace("S1260058815400233", "S1true"), "S1 n'a pas sa forme"),
        (SAID.replace("260058815400233", "260058815400234"), "clé"),
        (SAID.replace("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.2"), "n'est pas celui d'une INS"),
        (SAID.replace("S5F", "S5X"), "S5 n'a pas sa forme"),
        (SAID.replace("30-05-1960", "31-02-1960"), "n'existe pas"),
        (SAID.replace("30-05-1960", "1960-05-30"), "S6 n'a pas sa forme"),
        (SAID.replace("S788154", "S7PARIS"), "S7 n'a pas sa forme"),
        ("IS02" + SAID[4:], "en-tête"),
        (SAID.replace("DARK", "D" * 101), "dépasse"),
    ],
)  # fmt: skip
def test_what_the_format_does_not_admit_is_told(written: str, problem: str) -> None:
    assert any(problem in said for said in parse(written).problems), parse(written).problems


@pytest.mark.parametrize("text", ["", "DC03", SAID[:60], SAID.replace("S4DARK", ""), HEADER, SAID.replace("S1", "X1")])
def test_what_is_no_ins_datamatrix_is_refused(text: str) -> None:
    with pytest.raises(DatamatrixError):
        parse(text)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(parse("IS" + text), InsDatamatrix)
    except DatamatrixError as error:
        assert str(error)


def test_it_is_drawn_square_and_read_on_the_page() -> None:
    drawn = modules(SAID)
    assert len(drawn) == len(drawn[0]) == 36
    assert all(row[0] for row in drawn) and all(drawn[-1])  # the solid sides of the finder pattern
    (page,) = pages_seen(minimal_pdf(["Compte rendu"], code=drawn, caption=CAPTION))
    assert [parse(code) for code in page.codes] == [JEANNE]
    assert "Compte rendu" in page.text and CAPTION in page.text


def test_a_page_without_a_code_has_none() -> None:
    (page,) = pages_seen(minimal_pdf(["Compte rendu"]))
    assert page.codes == []


def test_names_are_written_without_accents() -> None:
    assert capitals("Hélène Cœur-d’Été") == "HELENE COEUR-D'ETE"
