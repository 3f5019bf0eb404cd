"""TLS of the endpoints: certificate files of candidate.yaml, read at load, so that a bad one is named with its line."""

from __future__ import annotations

import ssl
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from rempart.candidate.paths import ExistingFile


def _load_chain(context: ssl.SSLContext, cert: Path, key: Path | None) -> None:
    # An encrypted key would make OpenSSL ask for its pass phrase on the terminal: an empty one fails instead.
    context.load_cert_chain(cert, key, password=lambda: "")


class ClientTls(BaseModel):
    """The harness connects: `ca` checks the candidate, `cert` and `key` present the harness (mutual TLS)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca: ExistingFile | None = None
    cert: ExistingFile | None = None
    key: ExistingFile | None = None
    check_hostname: bool = True

    def context(self) -> ssl.SSLContext:
        """Raises ssl.SSLError or OSError when a file cannot be used; `readable` has seen to it at load."""
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=self.ca)
        context.check_hostname = self.check_hostname
        if self.cert:
            _load_chain(context, self.cert, self.key)
        return context

    @model_validator(mode="after")
    def readable(self) -> ClientTls:
        _try(self.context)
        return self


class ServerTls(BaseModel):
    """The harness listens: `cert` and `key` present it; `ca`, when given, requires a certificate of the candidate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cert: ExistingFile
    key: ExistingFile
    ca: ExistingFile | None = None

    def context(self) -> ssl.SSLContext:
        """Raises ssl.SSLError or OSError when a file cannot be used; `readable` has seen to it at load."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.ca)
        _load_chain(context, self.cert, self.key)
        if self.ca:
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    @model_validator(mode="after")
    def readable(self) -> ServerTls:
        _try(self.context)
        return self


def _try(build: object) -> None:
    assert callable(build)
    try:
        build()
    except (ssl.SSLError, OSError) as error:
        raise ValueError(f"certificat ou clé inutilisable ({error})") from None
