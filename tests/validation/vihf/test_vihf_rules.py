"""The VIHF: of sound assertions nothing is said but the keys of demonstration numbers; one fault breaks its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dmp_samples import CONSULTING, DOCTOR, FEEDING, NOW, assertion, edited, signed_again, signer
from lxml import etree

from rempart.formats.cda import Coded
from rempart.formats.distinguished_name import same_name
from rempart.formats.vihf import model as vihf
from rempart.formats.vihf.read import parse_vihf
from rempart.formats.vihf.write import unsigned
from rempart.model.finding import Severity
from rempart.resources import own_yaml
from rempart.validation.document import validate_bytes

FAULTS: list[dict[str, Any]] = own_yaml(Path(__file__).parent / "vihf_faults.yaml")
BASES = {"feeding": FEEDING, "consulting": CONSULTING}
# The demonstration identities of our documents do not have their keys: what is said of that is a warning.
KEYS = {"La clé du RPPS n'est pas juste", "La clé du numéro de la structure n'est pas juste"}


def said_of(data: bytes, **declared: Any) -> set[tuple[str, Severity]]:
    found = validate_bytes(data, **declared).findings
    return {(f.rule, f.severity) for f in found if f.message not in KEYS}


@pytest.mark.parametrize("holder", [
    FEEDING, CONSULTING, replace(FEEDING, version="4.0"),
    replace(FEEDING, mode=vihf.DIRECT, context=vihf.CARD),
    replace(CONSULTING, purpose=vihf.EMERGENCY, reason="Urgence vitale"),
    replace(CONSULTING, roles=(Coded("60", vihf.PROFESSIONS, "Infirmier"),)),
    replace(FEEDING, user="3750000001/1453"),
    replace(FEEDING, context=vihf.UNSPECIFIED, roles=(Coded("AUTOMATE", "1.2.250.1.213.1.1.4.6", "Automate"),)),
])  # fmt: skip
def test_nothing_is_said_of_a_sound_assertion(holder: Any) -> None:
    report = validate_bytes(assertion(holder))
    assert said_of(assertion(holder)) == set()
    assert report.verdict == "conforme" and report.kind == f"VIHF {holder.mode}"
    assert "signature VIHF" in report.validators


def test_numbers_with_their_keys_are_not_spoken_of() -> None:
    known = replace(FEEDING, user="899700427869", structure="1750712184")
    assert validate_bytes(assertion(known)).findings == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f['rule']} {f['new'][:40]}")
def test_one_fault_breaks_its_rule_alone(fault: dict[str, Any]) -> None:
    data = signed_again(fault["old"], fault["new"], BASES[fault.get("base", "feeding")])
    severity = Severity(fault.get("severity", "error"))
    declared = {"environment": fault["environment"]} if "environment" in fault else {}
    assert said_of(data, **declared) == {(fault["rule"], severity)}
    assert validate_bytes(data, **declared).verdict == ("non_conforme" if severity is Severity.ERROR else "conforme")


def test_a_changed_assertion_no_longer_fits_its_signature() -> None:
    data = edited(assertion(), ">801234567866<", ">899700427869<")
    (found,) = [f for f in validate_bytes(data).findings if f.rule == "XDS-080"]
    assert "le contenu a changé" in found.message and found.blocks


def test_an_unsigned_assertion_is_refused() -> None:
    data = etree.tostring(unsigned(FEEDING, signer().subject))
    assert ("XDS-080", Severity.ERROR) in said_of(data)


def test_a_signature_of_another_key_is_refused() -> None:
    other = signer("Autre cachet")
    root = etree.fromstring(assertion())
    certificate = next(root.iter("{*}X509Certificate"))
    spare = etree.fromstring(etree.tostring(unsigned(FEEDING, other.subject)))
    from rempart.formats.vihf.write import sign

    sign(spare, other)
    certificate.text = next(spare.iter("{*}X509Certificate")).text
    assert ("XDS-080", Severity.ERROR) in said_of(etree.tostring(root))


def test_a_signature_that_covers_a_part_only_is_refused() -> None:
    """Signature wrapping: the signed assertion goes inside a forged one, which then looks signed."""
    real = etree.fromstring(assertion())
    forged = etree.fromstring(etree.tostring(unsigned(replace(FEEDING, id="_forged"), signer().subject)))
    signature = next(real.iter("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    forged[0].addnext(signature)
    wrapper = etree.SubElement(forged, f"{{{vihf.SAML}}}Advice")
    wrapper.append(real)
    assert ("XDS-080", Severity.ERROR) in said_of(etree.tostring(forged))


def test_the_same_identifier_twice_is_refused() -> None:
    """The forged assertion takes the identifier of the one that was signed."""
    real = etree.fromstring(assertion())
    forged = etree.fromstring(etree.tostring(unsigned(replace(FEEDING, user="899700427869"), signer().subject)))
    signature = next(real.iter("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    forged[0].addnext(signature)
    etree.SubElement(forged, f"{{{vihf.SAML}}}Advice").append(real)
    assert ("XDS-080", Severity.ERROR) in said_of(etree.tostring(forged))


@pytest.mark.parametrize(("seconds", "spoken"), [(0, False), (30, False), (31, True), (-40, True)])
def test_the_age_of_the_air_mode_is_judged_at_reception(seconds: int, spoken: bool) -> None:
    holder = replace(CONSULTING, lifetime=0)
    said = said_of(assertion(holder), received=NOW + timedelta(seconds=seconds))
    assert (("XDS-082", Severity.ERROR) in said) is spoken


def test_other_modes_have_no_age() -> None:
    assert said_of(assertion(), received=NOW + timedelta(hours=2)) == set()


@pytest.mark.parametrize(("user", "spoken"), [
    ("3750000001/1111", False), ("3750000001/TESTARD", False), ("3750000001/ADMINOT", False),
    ("3750000001/test1", True), ("3750000001/Administrateur", True), ("811111111111", True), ("0750012345", False),
])  # fmt: skip
def test_an_account_is_nobody_and_a_local_number_is_somebody(user: str, spoken: bool) -> None:
    assert (("XDS-084", Severity.ERROR) in said_of(assertion(replace(FEEDING, user=user)))) is spoken


def test_conformity_elsewhere_is_a_warning() -> None:
    data = signed_again(
        ">CONF_EXI_PGSSIS<", "><", replace(CONSULTING, extra={"Authentification_primaire": "CONF_EXI_PGSSIS"})
    )
    assert said_of(data) == {("XDS-096", Severity.WARNING)}


def test_the_speciality_of_a_doctor_is_asked_for() -> None:
    assert said_of(assertion(replace(FEEDING, roles=DOCTOR[:1]))) == {("XDS-085", Severity.ERROR)}
    pharmacist = (Coded("21", vihf.PROFESSIONS, "Pharmacien"),)
    assert said_of(assertion(replace(FEEDING, roles=pharmacist))) == {("XDS-085", Severity.WARNING)}


@pytest.mark.parametrize("text", [
    "CN=Hôpital de démonstration cachet,O=Démonstration,C=FR",
    "C=FR, O=Démonstration, CN=Hôpital de démonstration cachet",
    "/C=FR/O=Démonstration/CN=Hôpital de démonstration cachet",
])  # fmt: skip
def test_a_name_is_the_same_however_it_is_written(text: str) -> None:
    name = signer().certificate.subject
    assert same_name(text, name)
    assert not same_name(text.replace("FR", "BE"), name)


@pytest.mark.parametrize(("data", "reason"), [
    (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "DOCTYPE"), (b"<x/>", "Assertion"), (b"", "vide"),
    (b"<saml:Assertion", "bien form"), (b"<a>" + b"x" * 1_100_000 + b"</a>", "limite"),
])  # fmt: skip
def test_what_is_no_assertion_is_told_so(data: bytes, reason: str) -> None:
    report = validate_bytes(data, kind="vihf")
    assert report.verdict == "erreur" and reason in report.unreadable
    assert [f.rule for f in report.findings] == ["DMP-006"]


def test_what_is_written_is_read_again() -> None:
    said = parse_vihf(assertion(CONSULTING))
    assert (said.mode, said.name_id, said.patient) == (vihf.AIR, CONSULTING.user, CONSULTING.patient)
    assert [c.code for c in said.codes(vihf.ROLE)] == ["10", "SM26"] and said.purpose.code == "normal"
