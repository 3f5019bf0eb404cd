"""The test PKI: what a sound client may do with each certificate, and what the server says of the others."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from rempart.simulators import pki
from rempart.simulators.pki.contexts import SUITES


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pki.Pki:
    return pki.make(tmp_path_factory.mktemp("pki"))


def handshake(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[str, str]:
    """TLS version and suite that both agree on; raises ssl.SSLError as the client sees it."""
    left, right = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(left, server_side=True) as sock:
                sock.recv(1)
        except (ssl.SSLError, OSError):
            left.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        right.settimeout(5)
        with client.wrap_socket(right, server_hostname="localhost") as sock:
            cipher = sock.cipher()
            assert cipher
            sock.send(b"x")
            return sock.version() or "", cipher[0]
    finally:
        right.close()
        thread.join(5)


@pytest.mark.parametrize("name", ["org_auth_cli", "org_auth_cli_ec"])
def test_a_certificate_for_tls_is_let_in_under_one_of_the_four_suites(made: pki.Pki, name: str) -> None:
    version, suite = handshake(pki.server_context(made), pki.client_context(made, getattr(made, name)))
    assert version == "TLSv1.2"
    assert suite in SUITES.split(":")


@pytest.mark.parametrize("name", ["org_sign", "expired", "revoked", "foreign"])
def test_any_other_certificate_is_refused(made: pki.Pki, name: str) -> None:
    with pytest.raises(ssl.SSLError, match="alert"):
        handshake(pki.server_context(made), pki.client_context(made, getattr(made, name)))


def test_no_certificate_is_refused(made: pki.Pki) -> None:
    with pytest.raises(ssl.SSLError, match="alert"):
        handshake(pki.server_context(made), pki.client_context(made, None))


def test_an_old_suite_is_refused(made: pki.Pki) -> None:
    client = pki.client_context(made, made.org_auth_cli)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers("AES256-GCM-SHA384")
    with pytest.raises(ssl.SSLError):
        handshake(pki.server_context(made), client)


def test_the_server_may_present_an_elliptic_curve(made: pki.Pki) -> None:
    _, suite = handshake(pki.server_context(made, ec=True), pki.client_context(made, made.org_auth_cli))
    assert suite.startswith("ECDHE-ECDSA")


def test_keys_are_of_both_kinds_and_for_their_owner_alone(made: pki.Pki) -> None:
    kinds = {c.name: type(certificate(c).public_key()) for c in (made.org_auth_cli, made.org_auth_cli_ec)}
    assert issubclass(kinds["org_auth_cli"], rsa.RSAPublicKey)
    assert issubclass(kinds["org_auth_cli_ec"], ec.EllipticCurvePublicKey)
    assert {stat.S_IMODE(f.stat().st_mode) for f in made.folder.glob("*.key.pem")} == {0o600}


def test_everything_is_in_its_folder_and_the_root_key_nowhere(made: pki.Pki) -> None:
    assert {f.name for f in made.folder.iterdir()} == set(expected_files())
    assert not (made.folder / "root.key.pem").exists()


def expected_files() -> Iterator[str]:
    yield from ("root.pem", "untrusted.pem", "root.crl.pem")
    for name in (
        "server", "server_ec", "server_dmp", "server_expired", "server_revoked", "server_foreign", "org_auth_cli",
        "org_auth_cli_ec", "org_sign", "expired", "revoked", "foreign", "neighbour",
    ):  # fmt: skip
        yield from (f"{name}.pem", f"{name}.key.pem")


def test_the_revocation_list_names_the_revoked_certificates_alone(made: pki.Pki) -> None:
    crl = x509.load_pem_x509_crl(made.crl.read_bytes())
    assert [r.serial_number for r in crl] == [made.revoked.serial, made.server_revoked.serial]


def test_certificates_say_where_the_list_is_published(tmp_path: Path) -> None:
    url = "http://localhost:8080/racine.crl"
    other = pki.make(tmp_path, crl_url=url)
    points = certificate(other.server).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert [n.value for p in points for n in p.full_name or []] == [url]
    with pytest.raises(x509.ExtensionNotFound):  # the DMP publishes none
        certificate(other.server_dmp).extensions.get_extension_for_class(x509.CRLDistributionPoints)


def test_the_neighbour_is_another_structure(made: pki.Pki) -> None:
    units = {_unit(made.org_auth_cli), _unit(made.neighbour)}
    assert len(units) == 2


def _unit(credential: pki.Credential) -> str | bytes:
    return certificate(credential).subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value


def certificate(credential: pki.Credential) -> x509.Certificate:
    return x509.load_pem_x509_certificate(credential.cert.read_bytes())
