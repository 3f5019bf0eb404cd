"""A name of a certificate is the same in the writing of each tool, and another name is not."""

from __future__ import annotations

import pytest
from cryptography.x509 import Name, NameAttribute, ObjectIdentifier, RelativeDistinguishedName
from cryptography.x509.oid import NameOID as Oid

from rempart.formats.distinguished_name import same_name

_PARTS = (
    (Oid.COUNTRY_NAME, "FR"), (Oid.STATE_OR_PROVINCE_NAME, "Paris (75)"),
    (Oid.ORGANIZATION_NAME, 'CH "Nord", Saint-Étienne + Sud'), (Oid.ORGANIZATIONAL_UNIT_NAME, "3750100125"),
    (Oid.COMMON_NAME, "cachet=dpi"), (Oid.SERIAL_NUMBER, "4"), (Oid.EMAIL_ADDRESS, "cachet@ch.test"),
    (ObjectIdentifier("2.5.4.97"), "FINESS-750100125"),
)  # fmt: skip
STRUCTURE = Name([NameAttribute(oid, value) for oid, value in _PARTS])
PERSON = Name([
    RelativeDistinguishedName([NameAttribute(Oid.COUNTRY_NAME, "FR")]),
    RelativeDistinguishedName([NameAttribute(Oid.COMMON_NAME, "810002487055"), NameAttribute(Oid.SURNAME, "CARDON")]),
    RelativeDistinguishedName([NameAttribute(Oid.TITLE, "Médecin")]),
    RelativeDistinguishedName([NameAttribute(Oid.PSEUDONYM, "doc")]),
])  # fmt: skip
_UTF8 = "#0c10" + b"FINESS-750100125".hex()
_IA5 = "#160e" + b"cachet@ch.test".hex()
WRITINGS = {
    "RFC 4514": "2.5.4.97=FINESS-750100125,1.2.840.113549.1.9.1=cachet@ch.test,2.5.4.5=4,CN=cachet\\=dpi,OU=3750100125,"
    'O=CH \\"Nord\\"\\, Saint-Étienne \\+ Sud,ST=Paris (75),C=FR',
    "Java": f"2.5.4.97={_UTF8},1.2.840.113549.1.9.1={_IA5},2.5.4.5=#130134,CN=cachet\\=dpi,OU=3750100125,"
    'O=CH \\"Nord\\"\\, Saint-\\C3\\89tienne \\+ Sud,ST=Paris (75),C=FR',
    "Java, toString": 'OID.2.5.4.97=FINESS-750100125, EMAILADDRESS=cachet@ch.test, SERIALNUMBER=4, CN="cachet=dpi", '
    'OU=3750100125, O="CH \\"Nord\\", Saint-Étienne + Sud", ST=Paris (75), C=FR',
    ".NET": 'OID.2.5.4.97=FINESS-750100125, E=cachet@ch.test, SERIALNUMBER=4, CN="cachet=dpi", OU=3750100125, '
    'O="CH ""Nord"", Saint-Étienne + Sud", S=Paris (75), C=FR',
    "OpenSSL": 'C = FR, ST = Paris (75), O = "CH \\"Nord\\", Saint-Étienne + Sud", OU = 3750100125, CN = cachet=dpi, '
    "serialNumber = 4, emailAddress = cachet@ch.test, organizationIdentifier = FINESS-750100125",
    "OpenSSL, old": '/C=FR/ST=Paris (75)/O=CH "Nord", Saint-Étienne + Sud/OU=3750100125/CN=cachet=dpi/serialNumber=4'
    "/emailAddress=cachet@ch.test/2.5.4.97=FINESS-750100125",
}


@pytest.mark.parametrize("tool", WRITINGS)
def test_each_tool_writes_the_same_name(tool: str) -> None:
    assert same_name(WRITINGS[tool], STRUCTURE)
    assert same_name(f"\n  {WRITINGS[tool].replace('FR', 'fr')}\n", STRUCTURE)


@pytest.mark.parametrize("tool", WRITINGS)
@pytest.mark.parametrize(("old", "new"), [
    ("OU", "L"), ("3750100125", "3750100126"), ("Nord", "Sud"), ("Paris (75)", "Paris"), ("cachet", "cachets"),
])  # fmt: skip
def test_another_name_is_told(tool: str, old: str, new: str) -> None:
    assert not same_name(WRITINGS[tool].replace(old, new, 1), STRUCTURE)


@pytest.mark.parametrize("text", [
    "pseudonym=doc,T=Médecin,CN=810002487055+SN=CARDON,C=FR", "C=FR;CN=810002487055+2.5.4.4=CARDON;T=Médecin;alias=doc",
    "2.5.4.65=doc, title=Médecin, SURNAME=CARDON + CN=810002487055, C=FR",
])  # fmt: skip
def test_a_part_may_hold_several(text: str) -> None:
    """And a keyword that is not known is that of a type which has none here."""
    assert same_name(text, PERSON)


@pytest.mark.parametrize("text", [
    "", "810002487055", "CN=810002487055", "alias=doc,T=Médecin,CN=CARDON+SN=810002487055,C=FR",
    "alias=doc,T=Médecin,CN=810002487055,C=FR", "alias=doc,T=Médecin,CN=810002487055+SN=CARDON,C=FR,C=FR",
    "alias=doc,métier=Médecin,CN=810002487055+SN=CARDON,C=FR", "alias=doc,TT=Médecin,CN=810002487055+SN=CARDON,C=FR",
    "T=Médecin,CN=810002487055+SN=CARDON,C=FR", "x" * 5000, "C=#zz", 'C="FR', "\\", "#0c02",
])  # fmt: skip
def test_what_is_not_that_name(text: str) -> None:
    assert not same_name(text, PERSON)
