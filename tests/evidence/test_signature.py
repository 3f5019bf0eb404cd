"""Signatures: openssl agrees, and not one byte of them is free."""

from __future__ import annotations

import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from rempart.evidence import der
from rempart.evidence.certificates import (
    PrivateKey,
    SignatureProblem,
    load_certificates,
    load_key,
    make,
    problems,
    self_signed,
    trusted,
    write_key,
)
from rempart.evidence.signature import check, fingerprint, sign

NOW = datetime.now(UTC)
DATA = b"le manifeste"


def prints(*certificates: x509.Certificate) -> list[str]:
    return [fingerprint(c.public_bytes(Encoding.DER)) for c in certificates]


def issued(
    name: str, issuer: tuple[PrivateKey, x509.Certificate] | None, *, ca: bool, days: int = 30
) -> tuple[PrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, above = issuer if issuer else (key, None)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(above.subject if above else subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=60)).not_valid_after(NOW + timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return key, builder.sign(signer, hashes.SHA256())


@pytest.fixture(scope="module", params=["ec", "rsa"])
def signed(request: pytest.FixtureRequest) -> tuple[x509.Certificate, bytes]:
    key, certificate = make("Éditeur d'essai", NOW, kind=request.param)
    return certificate, sign(DATA, key, [certificate])


def test_who_signed_and_when(signed: tuple[x509.Certificate, bytes]) -> None:
    certificate, signature = signed
    found = check(DATA, signature, prints(certificate))
    assert found.certificate == certificate and self_signed(certificate)
    assert NOW.replace(microsecond=0) <= found.time <= datetime.now(UTC)


def test_other_content_is_refused(signed: tuple[x509.Certificate, bytes]) -> None:
    with pytest.raises(SignatureProblem, match="n'est pas celle"):
        check(DATA + b".", signed[1], prints(signed[0]))


def test_each_byte_of_a_signature_counts(signed: tuple[x509.Certificate, bytes]) -> None:
    certificate, signature = signed
    chance = random.Random(5)
    for at in range(len(signature)):
        altered = bytearray(signature)
        altered[at] ^= chance.randrange(1, 256)
        with pytest.raises(SignatureProblem):
            check(DATA, bytes(altered), prints(certificate))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(SignatureProblem):
        check(DATA, data, [])


@given(st.recursive(st.binary(max_size=200), lambda inside: st.lists(inside, max_size=3), max_leaves=12))
def test_der_is_read_as_it_is_written(value: object) -> None:
    def encoded(part: object) -> bytes:
        if isinstance(part, bytes):
            return der.encode(der.OCTETS, part)
        return der.encode(der.SEQUENCE, *map(encoded, part))  # type: ignore[call-overload]

    def read_again(part: der.Value) -> object:
        return part.content if part.tag == der.OCTETS else [read_again(v) for v in part.inside()]

    data = encoded(value)
    assert read_again(der.read(data, data[0])) == value


@pytest.mark.parametrize("data", ["3081020500", "30800000", "3003020101ff", "30", "1f0100"])
def test_another_encoding_is_not_der(data: str) -> None:
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(data), der.SEQUENCE).inside()


def test_a_chain_leads_to_its_authority_and_to_no_other() -> None:
    root, other = issued("Racine", None, ca=True), issued("Autre", None, ca=True)
    middle = issued("Intermédiaire", root, ca=True)
    key, leaf = issued("Éditeur", middle, ca=False)
    found = check(DATA, sign(DATA, key, [leaf, middle[1]]), prints(leaf, middle[1]))
    assert found.certificate == leaf
    assert trusted(found.certificate, found.others, [root[1]], NOW)
    assert not trusted(found.certificate, found.others, [other[1]], NOW)
    assert not trusted(found.certificate, [], [root[1]], NOW)
    assert not trusted(found.certificate, found.others, [root[1]], NOW + timedelta(days=31))


def test_what_is_no_authority_answers_for_nobody() -> None:
    forger = issued("Éditeur ordinaire", None, ca=False)
    _, leaf = issued("Faux", forger, ca=False)
    assert not trusted(leaf, [], [forger[1]], NOW)


def test_an_expired_authority_answers_no_more() -> None:
    root = issued("Racine", None, ca=True, days=-1)
    _, leaf = issued("Éditeur", root, ca=False)
    assert not trusted(leaf, [], [root[1]], NOW)


def test_certificates_that_cannot_sign_are_told() -> None:
    key, certificate = make("Essai", NOW)
    other, _ = make("Autre", NOW)
    assert problems(certificate, NOW, key) == []
    assert "expiré" in problems(certificate, NOW + timedelta(days=400))[0]
    assert "valable qu'à partir" in problems(certificate, NOW - timedelta(days=1))[0]
    assert problems(certificate, NOW, other) == ["la clé n'est pas celle du certificat"]


def test_encrypted_keys_ask_once(tmp_path: Path) -> None:
    key, _ = make("Essai", NOW)
    write_key(key, tmp_path / "clear.pem")
    write_key(key, tmp_path / "locked.pem", "sésame")
    assert (tmp_path / "locked.pem").stat().st_mode & 0o077 == 0
    assert load_key(tmp_path / "clear.pem", lambda: pytest.fail("asked")).private_numbers() == key.private_numbers()
    assert load_key(tmp_path / "locked.pem", lambda: "sésame").private_numbers() == key.private_numbers()
    with pytest.raises(SignatureProblem, match="phrase secrète"):
        load_key(tmp_path / "locked.pem", lambda: "autre")
    with pytest.raises(FileExistsError):
        write_key(key, tmp_path / "clear.pem")


def test_keys_that_are_too_weak_or_of_another_kind_are_refused(tmp_path: Path) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the point of the test
    for key, reason in ((weak, "1024 bits"), (ed25519.Ed25519PrivateKey.generate(), "RSA ou à courbe")):
        path = tmp_path / "key.pem"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with pytest.raises(SignatureProblem, match=reason):
            load_key(path, str)


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\0" * 50]
)
def test_files_that_are_neither_are_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.pem"
    path.write_bytes(content)
    with pytest.raises(SignatureProblem, match=r"file\.pem"):
        load_certificates(path)
    with pytest.raises(SignatureProblem, match=r"file\.pem"):
        load_key(path, str)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl n'est pas installé sur cette machine")
def test_openssl_accepts_it(signed: tuple[x509.Certificate, bytes], tmp_path: Path) -> None:
    certificate, signature = signed
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "sig").write_bytes(signature)
    (tmp_path / "ca.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "sig", "-content", "data"]
    command += ["-noverify", "-certfile", "ca.pem", "-out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    (tmp_path / "data").write_bytes(DATA + b".")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60).returncode != 0
