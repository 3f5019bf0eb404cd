"""Our own documents: what is asked is what is written, and the official schema accepts it."""

from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest
from cda_samples import BIOLOGY, IMAGING, LETTER, REPLACEMENT, SAMPLES
from lxml import etree
from shared import OFFICIAL_CDA, needs_shared

from rempart.formats.cda import build, parse_cda
from rempart.formats.cda.header import pdf_sections


@cache
def official_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(OFFICIAL_CDA / "infrastructure/cda/CDA_extended.xsd"))


@needs_shared
@pytest.mark.parametrize("name", SAMPLES)
def test_the_official_schema_accepts_our_documents(name: str) -> None:
    schema = official_schema()
    assert schema.validate(parse_cda(build(SAMPLES[name])).root), schema.error_log


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_written_is_read_again(name: str) -> None:
    document = SAMPLES[name]
    header = parse_cda(build(document)).header
    patient = document.patient
    assert (header.id, header.set_id, header.version) == (document.id, document.set_id, document.version)
    assert (header.type, header.title, header.level) == (document.type, document.title, document.level)
    assert (header.ins, header.patient_ids) == (patient.ins, (patient.ins, patient.ipp))
    assert (header.birth_name, header.used_name) == (patient.birth_name, patient.used_name)
    assert (header.birth_names, header.first_birth_name) == (patient.birth_names, patient.first_birth_name)
    assert (header.sex, header.birth_time, header.birth_place) == ("F", "19790328", "51215")
    assert header.authors[0].id is not None
    assert (header.authors[0].id.extension, header.authors[0].family) == (document.author.id, "DIAZ")
    assert header.effective_time == "20260504113000+0200"
    assert header.replaces == document.replaces
    assert len(header.recipients) == len(document.recipients)
    assert header.pdf == document.pdf


def test_two_writings_are_the_same_bytes() -> None:
    assert build(LETTER) == build(LETTER)


def test_a_patient_without_ins_is_known_by_the_establishment() -> None:
    header = parse_cda(build(replace(LETTER, patient=replace(LETTER.patient, ins=None)))).header
    assert header.ins is None
    assert header.patient_ids == (LETTER.patient.ipp,)


def test_a_replacement_names_the_version_it_replaces() -> None:
    header = parse_cda(build(REPLACEMENT)).header
    assert (header.replaces, header.version) == (LETTER.id, 2)


def test_n3_carries_its_text_and_one_pdf_section() -> None:
    root = parse_cda(build(BIOLOGY)).root
    assert len(pdf_sections(root)) == 1
    assert "Hémoglobine normale." in "".join(str(t) for t in root.itertext())


def test_an_imaging_report_carries_its_exam() -> None:
    data = build(IMAGING).decode()
    for expected in ("accessionNumber", "1.2.250.1.213.1.1.9.4711.9.1", "121139", "39111-0"):
        assert expected in data


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        build(replace(LETTER, created=datetime(2026, 5, 4, 11, 30)))


def test_hostile_text_stays_text() -> None:
    title = "<script>&\"' é ]]>"
    assert parse_cda(build(replace(LETTER, title=title))).header.title == title
