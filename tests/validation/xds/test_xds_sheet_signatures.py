"""Signatures made by hand, in the forms that the texts allow and in those that they do not."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from validation.xds.sheet.messages import Message
from validation.xds.sheet.seal import (
    C14N,
    ENVELOPED,
    EXC,
    canonical,
    certificate,
    digest,
    reference,
    seal_assertion,
    signature,
)
from validation.xds.sheet.sound import SOUND, VIHF
from validation.xds.sheet.words import DS

from rempart.model.finding import Severity
from rempart.validation.document import validate_bytes

PLACE = "/Assertion/Signature"
ALLOWED = [EXC, f"{EXC} xs", f"{EXC} xs xsi", f"{EXC}WithComments"]


def errors(data: bytes) -> list[tuple[str, str]]:
    report = validate_bytes(data)
    assert not report.unreadable
    return [(f.rule, f.location) for f in report.findings if f.severity is Severity.ERROR]


@pytest.mark.parametrize("form", ALLOWED)
def test_exclusive_forms_hold_alone(form: str) -> None:
    assert errors(seal_assertion(VIHF["AIR"], form=form).encode()) == []


@pytest.mark.parametrize("form", ALLOWED)
def test_exclusive_forms_hold_inside_a_message(form: str) -> None:
    search = SOUND["search"]()
    sealed = seal_assertion(search.vihf, form=form)
    assert errors(replace(search, vihf=sealed, signed=False).render()) == []


@pytest.mark.parametrize("form", [C14N, f"{C14N}#WithComments", "http://www.w3.org/2006/12/xml-c14n11"])
def test_other_forms_are_refused_in_an_assertion(form: str) -> None:
    assert errors(seal_assertion(VIHF["AIR"], form=form).encode()) == [("XDS-080", f"{PLACE}/SignedInfo")]


@pytest.mark.parametrize("form", [EXC, C14N, f"{EXC}WithComments"])
def test_any_form_holds_in_the_signature_of_a_submission(form: str) -> None:
    message: Message = SOUND["mtom"]()
    assert errors(replace(message, form_of_lot=form).render()) == []


@pytest.mark.parametrize("info", [f"{EXC} ds", f"{EXC}WithComments"])
def test_signed_info_may_have_its_own_exclusive_form(info: str) -> None:
    """WSS4J lists prefixes there too."""
    assert errors(seal_assertion(VIHF["AIR"], info=info).encode()) == []
    search = SOUND["search"]()
    sealed = seal_assertion(search.vihf, info=info)
    assert errors(replace(search, vihf=sealed, signed=False).render()) == []


def test_a_signature_without_a_canonical_form_is_in_the_inclusive_one() -> None:
    sealed = seal_assertion(VIHF["AIR"], form=C14N, transforms=(ENVELOPED,))
    assert errors(sealed.encode()) == [("XDS-080", f"{PLACE}/SignedInfo")]


@pytest.mark.parametrize("form", [EXC, f"{EXC}WithComments"])
def test_a_fragment_leaves_comments_out_of_what_is_signed(form: str) -> None:
    """Whatever the canonical form: `#id` names elements, attributes and text."""
    sealed = seal_assertion(VIHF["AIR"], form=form)
    noted = sealed.replace("<saml:Subject>", "<!-- qui --><saml:Subject><!-- a -->\n<!-- b -->", 1)
    assert errors(noted.replace("-->\n<!--", "--><!--").encode()) == []
    assert errors(noted.encode()) == [("XDS-080", PLACE)]


@pytest.mark.parametrize("name", ["SignatureValue", "X509Certificate"])
def test_a_comment_cuts_no_value(name: str) -> None:
    start, mark, end = seal_assertion(VIHF["AIR"]).partition(f"<ds:{name}>")
    assert mark and errors(f"{start}{mark}{end[:8]}<!-- {name} -->{end[8:]}".encode()) == []


def test_an_assertion_may_say_its_identifier_twice() -> None:
    """ID for SAML, wsu:Id for WS-Security; of another element, it is a repetition."""
    bare = VIHF["indirect"]
    ident = etree.fromstring(bare).get("ID", "")
    utility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    own = bare.replace(" ID=", f' xmlns:wsu="{utility}" wsu:Id="{ident}" ID=', 1)
    other = bare.replace("<saml:Subject>", f'<saml:Subject xmlns:wsu="{utility}" wsu:Id="{ident}">', 1)
    assert errors(seal_assertion(own).encode()) == []
    assert errors(seal_assertion(other).encode()) == [("XDS-080", PLACE)]


def test_the_end_of_a_certificate_undoes_no_signature() -> None:
    """What is judged today is judged alike when it is replayed, years later."""
    sealed = seal_assertion(VIHF["AIR"])
    assert errors(sealed.replace(certificate(), certificate(2020)).encode()) == []


def test_the_certificate_of_the_signer_stands_anywhere_in_the_chain() -> None:
    other = certificate(2029, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    one = f"<ds:X509Certificate>{certificate()}</ds:X509Certificate>"
    two = f"<ds:X509Certificate>{other}</ds:X509Certificate>"
    sealed = seal_assertion(VIHF["indirect"])
    assert errors(sealed.replace(one, two + one).encode()) == []
    assert errors(sealed.replace(one, one + two).encode()) == []
    assert errors(sealed.replace(one, two + two).encode()) == [("XDS-080", PLACE)]


def test_a_manifest_signed_alone_is_not_xades(monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature holds: that its SignedProperties are not signed is a warning."""

    def alone(lines: str, algorithm: str = "sha256", form: str = EXC) -> str:
        manifest = f'<ds:Manifest xmlns:ds="{DS}" Id="IHEManifest">{lines}</ds:Manifest>'
        value = digest(canonical(manifest, form), algorithm)
        one = reference("#IHEManifest", value, algorithm, (form,), f"{DS}Manifest")
        return signature(one, algorithm, f"<ds:Object>{manifest}</ds:Object>", "Lot", form)

    monkeypatch.setattr("validation.xds.sheet.messages.seal_lot", alone)
    report = validate_bytes(SOUND["mtom"]().render())
    place = "/Document[@id='Signature']!/Signature/SignedInfo"
    assert [(f.rule, f.severity, f.location) for f in report.findings] == [("XDS-071", Severity.WARNING, place)]


def test_an_assertion_that_is_not_signed_is_refused() -> None:
    assert errors(VIHF["indirect"].encode()) == [("XDS-080", PLACE)]
    search = replace(SOUND["search"](), signed=False)
    assert errors(search.render()) == [("XDS-080", PLACE)]


def test_a_chain_of_certificates_holds() -> None:
    sealed = seal_assertion(VIHF["indirect"])
    one = f"<ds:X509Certificate>{certificate()}</ds:X509Certificate>"
    assert one in sealed
    assert errors(sealed.replace(one, one + one).encode()) == []


@pytest.mark.parametrize(("part", "other"), [
    (bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f80d010101")),  # of no known kind of key
    (b"CH de Test", b"\xff" * 10),  # a name that is no text
])  # fmt: skip
def test_a_certificate_that_cannot_be_used_is_told(part: bytes, other: bytes) -> None:
    known = base64.b64decode(certificate())
    assert part in known
    odd = base64.b64encode(known.replace(part, other)).decode()
    data = seal_assertion(VIHF["indirect"]).replace(certificate(), odd).encode()
    assert ("XDS-080", PLACE) in errors(data)


def test_the_key_beside_the_certificate_holds() -> None:
    sealed = seal_assertion(VIHF["indirect"])
    named = sealed.replace("<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>cachet</ds:KeyName>")
    assert named != sealed
    assert errors(named.encode()) == []


def test_a_second_signature_is_one_too_many() -> None:
    root = etree.fromstring(seal_assertion(VIHF["indirect"]))
    own = root.find(f"{{{DS}}}Signature")
    assert own is not None
    own.addnext(etree.fromstring(etree.tostring(own)))
    assert errors(etree.tostring(root)) == [("XDS-080", PLACE)]


def test_the_signature_stands_anywhere_in_the_assertion() -> None:
    """Just after Issuer in the samples; where it stands changes nothing to what is signed."""
    root = etree.fromstring(seal_assertion(VIHF["indirect"]))
    own = root.find(f"{{{DS}}}Signature")
    assert own is not None
    root.append(own)
    assert errors(etree.tostring(root)) == []


def test_an_assertion_indented_after_it_was_signed_no_longer_holds() -> None:
    root = etree.fromstring(seal_assertion(VIHF["indirect"]))
    etree.indent(root)
    assert errors(etree.tostring(root)) == [("XDS-080", PLACE)]


def test_an_assertion_indented_before_it_is_signed_holds() -> None:
    root = etree.fromstring(VIHF["AIR"])
    etree.indent(root)
    assert errors(seal_assertion(etree.tostring(root, encoding="unicode")).encode()) == []


@pytest.mark.parametrize("name", ["feed", "search filters", "retrieve", "delete", "mask", "existence", "patients"])
def test_an_indented_body_says_the_same(name: str) -> None:
    message = SOUND[name]()
    root = etree.fromstring(message.body)
    etree.indent(root)
    assert errors(replace(message, body=etree.tostring(root, encoding="unicode")).render()) == []


def test_the_header_comes_before_the_body() -> None:
    data = SOUND["search"]().render()
    start, end = data.index(b"<s:Header>"), data.index(b"</s:Header>") + len(b"</s:Header>")
    header, body = data[start:end], data[end : data.index(b"</s:Envelope>")]
    assert errors(data.replace(header + body, body + header)) == [("XDS-001", "/Envelope/Header")]
