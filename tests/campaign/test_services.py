"""The national services of a campaign, and the one test PKI that they present themselves with."""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests
from cryptography import x509

from rempart.campaign.services import CampaignKeys, Services, open_services
from rempart.candidate.config import Config
from rempart.evidence.store import EvidenceStore
from rempart.simulators import pki

HTTP = {"kind": "http", "url": "http://127.0.0.1:1"}


def config(folder: Path, **dispositifs: dict[str, Any]) -> Config:
    names = {"dpi": "HOP-DPI-Va2", "pfi": "HOP-PFI-Va2"}
    told = {names[n]: {"driver": HTTP, "simulators": s} for n, s in dispositifs.items()}
    who = {"name": "PFI", "version": "1"}
    settings = {"version": 1, "candidate": who, "certificates": str(folder / "pki"), "dispositifs": told}
    return Config.model_validate(settings, context={"base": folder})


def opened(config: Config, folder: Path, stack: ExitStack) -> list[Services]:
    """Of each dispositif, as stations are opened one after another."""
    record, keys = EvidenceStore(folder / "evidence").record, CampaignKeys.of(config)
    return [open_services(d.simulators, keys, record, stack) for d in config.dispositifs.values()]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def crl_named(certificate: Path) -> list[str]:
    read = x509.load_pem_x509_certificate(certificate.read_bytes())
    try:
        points = read.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for point in points for name in point.full_name or ()]


def test_the_certificate_of_the_operator_says_where_its_revocation_list_is(tmp_path: Path) -> None:
    """A PFI follows the distribution point of the certificate: it is told no other address."""
    settings = config(tmp_path, pfi={"mssante": {"crl_port": free_port()}})
    with ExitStack() as stack:
        (services,) = opened(settings, tmp_path, stack)
        keys = services.operator.certificates
        (url,) = crl_named(keys.server.cert)
        assert url == services.places["crl_url"]
        listed = x509.load_der_x509_crl(requests.get(url, timeout=5).content)
        assert listed.get_revoked_certificate_by_serial_number(keys.server_revoked.serial)
    first = keys.root.read_bytes()
    with ExitStack() as stack:
        (services,) = opened(settings, tmp_path, stack)
        assert services.operator.certificates.root.read_bytes() == first  # kept from one campaign to the next


def test_certificates_name_no_list_while_nobody_knows_where_it_will_be(tmp_path: Path) -> None:
    with ExitStack() as stack:
        (services,) = opened(config(tmp_path, pfi={"mssante": {}}), tmp_path, stack)
        assert not crl_named(services.operator.certificates.server.cert)


def test_all_services_of_a_campaign_present_themselves_with_one_pki(tmp_path: Path) -> None:
    """Whatever names each of them has, in whatever order they open: a client trusts the root of the folder."""
    dpi = {"dmp": {"names": ["dmp.test"]}}
    pfi = {"dmp": {"names": ["dmp-pfi.test"]}, "mssante": {"crl_port": free_port(), "names": ["mail.test"]}}
    with ExitStack() as stack:
        services = opened(config(tmp_path, dpi=dpi, pfi=pfi), tmp_path, stack)
        keys = services[1].operator.certificates
        client = pki.client_context(keys, keys.org_auth_cli)
        for service, name in zip(services, ("dmp.test", "dmp-pfi.test"), strict=True):
            with socket.create_connection((service.dmp.host, service.dmp.port), 5) as sock:
                assert isinstance(client.wrap_socket(sock, server_hostname=name), ssl.SSLSocket)
