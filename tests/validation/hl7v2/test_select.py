"""Which profile judges a message, and when MSH-21 is not believed."""

from __future__ import annotations

import pytest
from validation.hl7v2.volet_messages import BASES, Change, both, lps, mdm, oru, put

from rempart.formats.hl7v2 import Message
from rempart.validation.hl7v2.select import select
from rempart.validation.hl7v2.validate import validate_message


def chosen(message: bytes, edition: str | None = None) -> str:
    profile = select(Message.parse(message), edition).profile
    return profile.id if profile else ""


@pytest.mark.parametrize("base", [b for b in BASES if b != "latin-9"])
def test_declared_edition(base: str) -> None:
    volet, _, edition = base.split("-")
    name = {"mdm": "mdm-cda", "oru": "oru-cda", "lps": "mdm-lps"}[volet]
    assert chosen(BASES[base]()) == f"{name}-{edition}"


@pytest.mark.parametrize(
    ("message", "change", "profile"),
    [
        (mdm(), put("MSH-21", ""), "mdm-cda-2.1"),
        (lps(), put("MSH-21", ""), "mdm-lps-1.1"),
        (mdm("T02", "2.0"), put("MSH-21", ""), "mdm-cda-2.0"),
        (lps("T02", "1.0"), put("MSH-21", "9.9"), "mdm-lps-1.0"),
        (oru(), put("MSH-21", "3.0^CISIS_CDA_HL7_V3"), "oru-cda-2.1"),
        (oru("T02", "2.0"), put("MSH-21", ""), "oru-cda-2.0"),
        # plainly of another volet or of a later edition than it says
        (lps(), put("MSH-21", "2.1^CISIS_CDA_HL7_V2"), "mdm-lps-1.1"),
        (mdm(), put("MSH-21", "1.1^CISIS_CDA_HL7_LPS"), "mdm-cda-2.1"),
        (mdm(), put("MSH-21", "2.0^CISIS_CDA_HL7_V2"), "mdm-cda-2.1"),
        # says the edition in force and is written like an old one: judged by what it says
        (mdm("T02", "2.0"), put("MSH-21", "2.1^CISIS_CDA_HL7_V2"), "mdm-cda-2.1"),
        # MSH-9 wrong or absent
        (mdm(), put("MSH-9.2", "T99"), "mdm-cda-2.1"),
        (lps(), put("MSH-9.1", "MDX"), "mdm-lps-1.1"),
        (oru(), put("MSH-9", ""), "oru-cda-2.1"),
        (mdm(), put("MSH-9", ""), "mdm-cda-2.1"),
    ],
)
def test_nearest_profile(message: bytes, change: Change, profile: str) -> None:
    assert chosen(change(message)) == profile


def test_forced_edition() -> None:
    assert chosen(mdm(), "2.0") == "mdm-cda-2.0"
    assert chosen(oru(), "2.0") == "oru-cda-2.0"
    report = validate_message(mdm(), edition="2.0")
    assert report.edition == "2.0"
    assert "MSH-21" in {f.location for f in report.findings if f.rule == "HL7-020"}


def test_edition_that_the_type_of_message_does_not_have() -> None:
    assert chosen(mdm(), "2.11") == "mdm-cda-2.1"


def test_edition_out_of_scope_is_one_finding() -> None:
    report = validate_message(put("MSH-21", "1.2^CISIS_CDA_HL7_V1")(mdm()))
    assert [(f.rule, f.location) for f in report.findings] == [("HL7-020", "MSH-21")]
    assert report.verdict == "non_conforme"


@pytest.mark.parametrize(
    "change",
    [
        put("MSH-21", "1.0^CISIS_TLR_HL7_V2"),
        both(put("MSH-9", "ORM^O01^ORM_O01"), put("MSH-21", "")),
        both(put("MSH-9", "QBP^Q21^QBP_Q21"), put("MSH-21", "")),
    ],
)
def test_no_profile_is_no_verdict(change: Change) -> None:
    report = validate_message(change(mdm()))
    assert report.validators == []
    assert report.verdict == "erreur"
    assert "aucun profil" in report.findings[0].message


def test_standard_is_asked_about_messages_without_profile() -> None:
    message = put("MSH-21", "")(put("MSH-9", "SIU^S12^SIU_S12")(mdm()))
    told = [f.location for f in validate_message(message).findings if f.rule == "HL7-000"]
    assert "SCH" in told
