"""The test PKI kept between campaigns: a candidate is told once which root to trust, and a campaign starts sooner.

Nothing of it is secret: it proves nothing outside of the tests, and is made anew before it expires.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Collection
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from rempart.simulators.pki.make import Credential, Pki, make

_MARGIN = timedelta(days=2)  # what a campaign may last, and more
_FILES = {"folder": "", "root": "root.pem", "crl": "root.crl.pem"}


def kept(folder: Path, hosts: Collection[str] = ("localhost", "127.0.0.1"), crl_url: str = "") -> Pki:
    """The PKI of `folder`, made when it is not there, is about to expire, does not name all `hosts` or says that its
    CRL is elsewhere than at `crl_url` ("": nobody knows yet where it will be, and it may say anything).

    Several processes may ask at once: each gets a whole one. Raises OSError when the folder cannot be written.
    """
    if (found := _sound(folder, hosts, crl_url)) is not None:
        return found
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}-{uuid.uuid4().hex}")
    make(fresh, sorted({"localhost", "127.0.0.1", *hosts}), crl_url)
    try:
        return _installed(fresh, folder, hosts, crl_url)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _installed(fresh: Path, folder: Path, hosts: Collection[str], crl_url: str) -> Pki:
    """`fresh` in the place of `folder`, unless another process was quicker."""
    if (found := _sound(folder, hosts, crl_url)) is not None:
        return found
    old = fresh.with_name(f"{fresh.name}-old")
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(fresh, folder)
    except OSError:  # another one came in between: it is as good
        if (found := _sound(folder, hosts, crl_url)) is None:
            raise
        return found
    finally:
        shutil.rmtree(old, ignore_errors=True)
    return _read(folder)


def _sound(folder: Path, hosts: Collection[str], crl_url: str) -> Pki | None:
    try:
        pki = _read(folder)
        server = x509.load_pem_x509_certificate(pki.server.cert.read_bytes())
        named = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return None
    names = {str(getattr(name, "value", "")) for name in named}
    if server.not_valid_after_utc < datetime.now(UTC) + _MARGIN or not set(hosts) <= names:
        return None
    return pki if crl_url in ("", _named_crl(server)) else None


def _named_crl(certificate: x509.Certificate) -> str:
    """The address of the CRL that a certificate of ours names; "" when it names none."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ""
    return next((str(name.value) for point in points for name in point.full_name or ()), "")


def _read(folder: Path) -> Pki:
    """Raises OSError or ValueError when a file is not there or is no certificate."""
    parts = {name: folder / file for name, file in _FILES.items()}
    credentials = {f.name: _credential(folder, f.name) for f in fields(Pki) if f.name not in _FILES}
    if not parts["crl"].is_file() or not parts["root"].is_file():
        raise OSError(f"incomplete PKI: {folder}")
    return Pki(**parts, **credentials)  # type: ignore[arg-type]


def _credential(folder: Path, name: str) -> Credential:
    cert, key = folder / f"{name}.pem", folder / f"{name}.key.pem"
    if not key.is_file():
        raise OSError(f"no key: {key}")
    return Credential(name, cert, key, x509.load_pem_x509_certificate(cert.read_bytes()).serial_number)
