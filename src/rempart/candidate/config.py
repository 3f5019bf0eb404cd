"""candidate.yaml: who the candidate is, how the harness acts on it, where each side listens.

`load(path)` reads a file and reports every mistake at once, each with its line; `embedded` builds the configuration of
the reference candidate that is judged when no file is given.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from rempart.candidate.actions import DPI, PFI
from rempart.candidate.errors import EndpointNotOffered
from rempart.candidate.paths import BaseFolder, ExistingFolder, NewFolder
from rempart.candidate.tls import ClientTls, ServerTls
from rempart.candidate.yamlfile import ConfigErrors, Problem, read

__all__ = ["Config", "ConfigErrors", "Dispositif", "Problem", "load"]

DispositifName = Literal["HOP-DPI-Va2", "HOP-PFI-Va2"]
assert DispositifName.__args__ == (DPI, PFI)  # type: ignore[attr-defined]

Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]
Command = Annotated[list[Text], Field(min_length=1)]
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"adresse http:// ou https:// attendue, « {value} » lu")
    return value.rstrip("/")


def _environment(value: str) -> str:
    """`${NAME}` is read from the environment: a token has no place in a file that is shared."""
    missing = [name for name in _VARIABLE.findall(value) if name not in os.environ]
    if missing:
        raise ValueError(f"variable d'environnement absente: {', '.join(missing)}")
    return _VARIABLE.sub(lambda m: os.environ[m[1]], value)


def _module_object(value: str) -> str:
    if not re.fullmatch(r"[\w.]+:\w+", value):
        raise ValueError(f"la forme attendue est module:objet, « {value} » lu")
    return value


Url = Annotated[str, AfterValidator(_url)]
HeaderValue = Annotated[str, AfterValidator(_environment)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpDriver(_Section):
    """POST {url}/actions/NAME with JSON. `url` may be left out when `start` says where the candidate listens."""

    kind: Literal["http"]
    url: Url | None = None
    headers: dict[str, HeaderValue] = Field(default_factory=dict)


class CommandDriver(_Section):
    """One process per action: JSON on standard input, JSON on standard output."""

    kind: Literal["command"]
    command: Command
    cwd: BaseFolder


class PythonDriver(_Section):
    """An object of a Python module, one method per action. `path` is put in front of sys.path."""

    kind: Literal["python"]
    object: Annotated[str, AfterValidator(_module_object)]
    path: BaseFolder


class OperatorDriver(_Section):
    """A person acts, and types what the screen shows."""

    kind: Literal["operator"]


class CapturesDriver(_Section):
    """A folder of files that the candidate has produced."""

    kind: Literal["captures"]
    folder: ExistingFolder


DriverConfig = Annotated[
    HttpDriver | CommandDriver | PythonDriver | OperatorDriver | CapturesDriver, Field(discriminator="kind")
]


class Endpoint(_Section):
    """Where the candidate listens."""

    host: Text
    port: int = Field(ge=1, le=65535)
    tls: ClientTls | None = None


class Listener(_Section):
    """Where the harness listens, playing a neighbour of the candidate. Port 0: the system chooses."""

    host: Text = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)
    tls: ServerTls | None = None


class Endpoints(_Section):
    hl7v2: Endpoint | None = None


class Service(_Section):
    """Where the harness plays a national service, with the certificates of the test PKI. Port 0: the system chooses.

    `names`: other names by which the candidate reaches this machine, for the certificate of the service.
    """

    host: Text = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)
    names: list[Text] = Field(default_factory=list)


class MailService(_Section):
    """The same for the operator of MSSanté: submission, mailboxes, and the list of revoked certificates."""

    host: Text = "127.0.0.1"
    smtp_port: int = Field(0, ge=0, le=65535)
    imap_port: int = Field(0, ge=0, le=65535)
    crl_port: int = Field(0, ge=0, le=65535)
    names: list[Text] = Field(default_factory=list)


class Simulators(_Section):
    """A service that is absent: the candidate does not reach it, and what needs it is left to a person."""

    partner: Listener = Listener()  # the PFI seen by a DPI, the DPI seen by a PFI
    dmp: Service | None = None
    mssante: MailService | None = None


class Start(_Section):
    """A program that the harness starts, one for each worker, and that prints one JSON line once it listens."""

    command: Command
    cwd: BaseFolder
    ready_timeout: Seconds = 10


class Timeouts(_Section):
    """In seconds. `silence`: how long nothing must come for "nothing came" to be a fact."""

    acknowledgement: Seconds = 5
    business_acknowledgement: Seconds = 15
    action: Seconds = 30
    silence: Seconds = 1


class Dispositif(_Section):
    """One software under test, seen as one dispositif of the REM."""

    driver: DriverConfig
    endpoints: Endpoints = Endpoints()
    simulators: Simulators = Simulators()
    start: Start | None = None

    @model_validator(mode="after")
    def driver_is_reachable(self) -> Dispositif:
        if isinstance(self.driver, HttpDriver) and self.driver.url is None and self.start is None:
            raise PydanticCustomError(
                "no_url", "le pilote http veut une clé « url » (ou une section « start » qui lance le candidat)"
            )
        return self

    @property
    def hl7v2(self) -> Endpoint:
        """Raises EndpointNotOffered when the candidate listens to no HL7v2."""
        if self.endpoints.hl7v2 is None:
            raise EndpointNotOffered("hl7v2")
        return self.endpoints.hl7v2


class Identity(_Section):
    name: Text
    version: Text
    publisher: str = ""
    reference: str = Field("", description="NIL")


class Config(_Section):
    version: Literal[1]
    candidate: Identity
    environment: Literal["test", "production"] = "test"
    certificates: NewFolder | None = None  # of the test PKI; None: in the user's data folder
    profiles: list[Text] = Field(default_factory=lambda: ["Général"], min_length=1)
    timeouts: Timeouts = Timeouts()
    dispositifs: dict[DispositifName, Dispositif] = Field(min_length=1)

    @property
    def parallel(self) -> bool:
        """True when each worker can have a candidate of its own: the harness starts all of them."""
        return all(d.start is not None for d in self.dispositifs.values())


def load(path: Path) -> Config:
    """The configuration in `path`. Raises ConfigErrors with every mistake found, each with its line."""
    return read(path, Config, {"base": path.resolve().parent})
