"""Each check on deposited files: what it accepts, and one fault that gives exactly its rule."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from formats.video_samples import mp4, webm
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rempart.formats.mail.message import Mail, write
from rempart.formats.mail.reading import Attachment
from rempart.formats.pdf import minimal_pdf
from rempart.validation.checks import names as check_names
from rempart.validation.checks import run_check
from rempart.validation.files.pieces import piece_of, pieces
from rempart.validation.registry import rules

PDF = minimal_pdf(["Attestation"])  # PDF/A-1


def plain_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


PLAIN_PDF = plain_pdf()
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"


def png(width: int = 1280, height: int = 720, *, blank: bool = False) -> bytes:
    image = Image.new("RGB", (width, height), "white")
    if not blank:
        image.putpixel((1, 1), (0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def soap(name_id: str = "810000000001", structure: str = "1010000001") -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>'
        f'<a:Assertion xmlns:a="{SAML}"><a:Subject><a:NameID>{name_id}</a:NameID></a:Subject><a:AttributeStatement>'
        f'<a:Attribute Name="Identifiant_Structure"><a:AttributeValue>{structure}</a:AttributeValue></a:Attribute>'
        "</a:AttributeStatement></a:Assertion></s:Header><s:Body/></s:Envelope>"
    ).encode()


def mail(**changes: Any) -> bytes:
    sound: dict[str, Any] = {"sender": "Service <a@b.mssante.fr>", "recipients": ("c@d.mssante.fr",)}
    sound |= {"subject": "XDM/1.0/DDM+CR", "body": "Bonjour", "message_id": "<1@b>"}
    return write(Mail(**(sound | changes)))


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def found(check: str, *files: bytes, **params: Any) -> list[str]:
    if "names" not in params and check not in ("preuve.link", "preuve.execution", "preuve.vihf.distinct"):
        params["names"] = [f"fichier{n}" for n in range(len(files))]
    return [f.rule for f in run_check(check, list(files), params)]


@pytest.mark.parametrize(
    ("check", "files", "expected"),
    [
        ("preuve.video", [mp4()], []),
        ("preuve.video", [webm()], []),
        ("preuve.video", [], ["PRV-001"]),
        ("preuve.video", [b""], ["PRV-001"]),
        ("preuve.video", [png()], ["PRV-002"]),
        ("preuve.video", [mp4()[:60]], ["PRV-002"]),
        ("preuve.video", [mp4(width=0, height=0)], ["PRV-003"]),
        ("preuve.video", [mp4(seconds=2)], ["PRV-004"]),
        ("preuve.video", [mp4(seconds=7201)], ["PRV-004"]),
        ("preuve.video", [webm(seconds=None)], ["PRV-004"]),
        ("preuve.video", [mp4(width=320, height=200)], ["PRV-005"]),
        ("preuve.screenshots", [png(), PDF], []),
        ("preuve.screenshots", [png()[:200]], ["PRV-006"]),
        ("preuve.screenshots", [mp4()], ["PRV-006"]),
        ("preuve.screenshots", [png(blank=True)], ["PRV-007"]),
        ("preuve.screenshots", [png(64, 64)], ["PRV-005"]),
        ("preuve.recording", [mp4(), png()], []),
        ("preuve.recording", [b"rien"], ["PRV-002"]),
        ("preuve.paper", [PDF, "Procédure".encode(), png()], []),
        ("preuve.paper", [zipped(("[Content_Types].xml", b"<a/>"))], []),
        ("preuve.paper", [zipped(("a.txt", b"x"))], ["PRV-009"]),
        ("preuve.paper", [zipped(("../a.txt", b"x"))], ["PRV-040"]),
        ("preuve.paper", [zipped(("zero", bytes(300 * 1024 * 1024)))], ["PRV-040"]),
        ("preuve.paper", [b"\x00\x01\x02"], ["PRV-009"]),
        ("preuve.signed_paper", [PDF], []),
        ("preuve.signed_paper", [b"signe"], ["PRV-010"]),
        ("preuve.signed_paper", [PDF[:40]], ["PRV-008"]),
        ("preuve.pdf_a", [PDF], []),
        ("preuve.pdf_a", [PLAIN_PDF], ["PRV-011"]),
        ("preuve.log", [b"2026-01-01 TD0.2 ok"], []),
        ("preuve.log", [b"\x00\x00"], ["PRV-012"]),
        ("preuve.log", ["journal".encode("utf-16")], []),
        ("preuve.vihf", [soap()], []),
        ("preuve.vihf", [b"POST / HTTP/1.1\r\n\r\n" + soap()], []),
        ("preuve.vihf", [b"<a/>"], ["PRV-015"]),
        ("preuve.vihf", [soap().replace(b"Assertion", b"Autre")], ["PRV-016"]),
        ("preuve.vihf", [soap(name_id="generique")], ["PRV-017"]),
        ("preuve.vihf", [soap(structure="")], ["PRV-017"]),
        ("preuve.vihf.distinct", [soap(), soap("810000000002")], []),
        ("preuve.vihf.distinct", [soap(), soap()], ["PRV-018"]),
        ("preuve.hl7v2", [b"bonjour"], ["PRV-019"]),
        ("preuve.hl7v2", [zipped(("lisez-moi.txt", b"rien"))], ["PRV-019"]),
        ("preuve.health_document", [PDF], []),
        ("preuve.health_document", [b"bonjour"], ["PRV-020"]),
        ("preuve.health_document", [b"<"], ["CDA-001"]),
        ("preuve.archive", [zipped(("a.txt", b"x"))], ["PRV-021"]),
        ("preuve.mail", [mail()], []),
        ("preuve.mail", [mail(recipients=())], ["PRV-022"]),
        ("preuve.mail.subject", [mail()], []),
        ("preuve.mail.subject", [mail(subject="Bonjour")], ["PRV-024"]),
        ("preuve.mail.body", [mail()], []),
        ("preuve.mail.body", [mail().replace(b"text/plain", b"text/html")], ["PRV-025"]),
        ("preuve.mail.sender", [mail()], []),
        ("preuve.mail.sender", [mail(sender="a@b.mssante.fr")], ["PRV-026"]),
        ("preuve.mail.documents", [mail()], ["PRV-027", "PRV-027"]),
        (
            "preuve.mail.documents",
            [mail(archive=zipped(("a", b"b")), attachments=(Attachment(name="a.pdf", data=PDF),))],
            ["PRV-021"],
        ),
        ("preuve.mail.citizen", [mail()], ["PRV-028"]),
        ("preuve.mail.citizen", [mail(recipients=("255069999999934@patient.mssante.fr",))], []),
    ],
)
def test_a_check_accepts_what_is_sound_and_names_one_fault(check: str, files: list[bytes], expected: list[str]) -> None:
    assert found(check, *files) == expected


def test_a_message_is_judged_by_the_profiles_of_a_campaign() -> None:
    wrong = b"MSH|^~\\&|A|B|C|D|20260101||MDM^T02^MDM_T02|1|P|2.6\rEVN||20260101\r"
    assert [r for r in found("preuve.hl7v2", wrong) if r.startswith("HL7-")]
    inside = found("preuve.hl7v2", zipped(("message.hl7", wrong), ("trace.log", b"ok")))
    assert inside == found("preuve.hl7v2", wrong)


def test_a_word_is_looked_for_in_text_and_a_picture_is_told_apart() -> None:
    assert found("preuve.log.contains", b"... td0.2 OK", words="TD0.2") == []
    assert found("preuve.log.contains", b"autre chose", words="TD0.2") == ["PRV-013"]
    assert found("preuve.log.contains", png(), words="TD0.2") == ["PRV-014"]


def test_a_header_is_there_with_its_value() -> None:
    closing = mail(no_reply=True)
    assert found("preuve.mail.header", closing, header_name="X-MSS-MES", value="FIN") == []
    assert found("preuve.mail.header", mail(), header_name="X-MSS-MES", value="FIN") == ["PRV-023"]
    assert found("preuve.mail.header", closing, header_name="X-MSS-MES", value="SUITE") == ["PRV-023"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("https://interopsegur.esante.gouv.fr/rapport/12", []),
        ("https://exemple.fr/rapport/12", ["PRV-030"]),
        ("http://interopsegur.esante.gouv.fr/rapport/12", ["PRV-029"]),
        ("https://interopsegur.esante.gouv.fr.exemple.fr/12", ["PRV-030"]),
        ("https://[", ["PRV-029"]),
        ("voir le rapport", ["PRV-029"]),
    ],
)
def test_a_link_is_a_permanent_https_address(reference: str, expected: list[str]) -> None:
    assert found("preuve.link", reference=reference) == expected


@pytest.mark.parametrize(("reference", "expected"), [("1234", []), ("0", ["PRV-031"]), ("douze", ["PRV-031"])])
def test_an_execution_is_a_number(reference: str, expected: list[str]) -> None:
    assert found("preuve.execution", reference=reference) == expected


def certificate(first: str, last: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "essai")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(datetime.datetime.fromisoformat(first))
    signed = builder.not_valid_after(datetime.datetime.fromisoformat(last)).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def test_a_certificate_is_valid_on_the_day_of_the_preuve() -> None:
    pem = certificate("2026-01-01", "2026-12-31")
    assert found("preuve.certificates", pem, day="2026-06-01") == []
    assert found("preuve.certificates", pem, day="2027-06-01") == ["PRV-033"]
    assert found("preuve.certificates", b"rien", day="2026-06-01") == ["PRV-032"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(p.check for p in pieces().values() if not p.reference and not p.dated)), st.binary())
def test_no_file_makes_a_check_fail(check: str, data: bytes) -> None:
    for rule in found(check, data):
        assert rule in rules()


def test_every_kind_of_the_catalogue_is_handed_over_as_something() -> None:
    from rempart.catalog import load

    for requirement in load().requirements:
        for scenario in requirement.scenarios:
            for evidence in scenario.evidence:
                assert piece_of(evidence.kind, evidence.media).check in check_names()
