"""The tables of the HL7 standard, whatever hl7apy left unfilled in them."""

from __future__ import annotations

import pytest

from rempart.formats.hl7v2.standard import VERSIONS, _library, field_name, known, place, required, structure, table


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (("PID", 3), "Patient Identifier List"),
        (("PID", 3, 4), "Assigning Authority"),
        (("MSH", 9, 2), "Trigger Event"),
        (("PID", 99), ""),
        (("ZBE", 1), ""),
    ],
)
def test_names(address: tuple[str, int], name: str) -> None:
    assert field_name(*address) == name


def test_segment_preadopted_from_a_later_version() -> None:
    assert field_name("PRT", 4, version="2.5") == "Participation"


def test_primitive_is_its_own_first_component() -> None:
    assert place("PID", 8, 1) == place("PID", 8)
    assert place("PID", 8, 2) is None


def test_datatype_table_and_cardinality() -> None:
    found = place("PID", 3, version="2.6")
    assert found is not None
    assert (found.datatype, found.least, found.most) == ("CX", 1, None)
    assert "F" in table("0085")
    assert table("9999") == ()


def test_required_segments_of_a_structure() -> None:
    assert list(required(structure("MDM_T02", "2.6"))) == ["MSH", "EVN", "PID", "PV1", "TXA", "OBX"]
    assert structure("ZAM_Z01") == ()


def test_unpublished_version_is_read_as_2_5() -> None:
    assert known("2.51") == "2.5"
    assert field_name("PID", 3, version="9.9") == "Patient Identifier List"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_entry_can_be_read(version: str) -> None:
    """Some entries of hl7apy are empty or short: none of them raises."""
    library = _library(version)
    places = [place(s, f, c, version) for s in library.SEGMENTS for f in range(1, 50) for c in (0, 1, 9)]
    assert sum(p is not None for p in places) > 1000
    assert sum(bool(structure(name, version)) for name in library.MESSAGES) > 100
