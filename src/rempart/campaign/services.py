"""The national services that are simulated for one dispositif: opened with it, forgetting between two scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rempart.candidate.config import Config, MailService, Service, Simulators
from rempart.candidate.connect import NOWHERE
from rempart.candidate.errors import EndpointNotOffered
from rempart.model.exchange import Record
from rempart.model.inconclusive import Inconclusive
from rempart.resources import data_dir
from rempart.simulators import pki
from rempart.simulators.dmp import SimulatedDmp
from rempart.simulators.mssante import SimulatedOperator
from rempart.simulators.mssante.crl import crl_url


@dataclass(frozen=True, slots=True)
class Services:
    """`places`: what stands for `{dmp_url}`, `{smtp_port}`… in the command line of a candidate that is started."""

    places: dict[str, str]
    simulated_dmp: SimulatedDmp | None = None
    simulated_operator: SimulatedOperator | None = None

    @property
    def dmp(self) -> SimulatedDmp:
        """Raises EndpointNotOffered when candidate.yaml does not say that the candidate reaches it."""
        if self.simulated_dmp is None:
            raise EndpointNotOffered("dmp")
        return self.simulated_dmp

    @property
    def operator(self) -> SimulatedOperator:
        """Raises EndpointNotOffered likewise."""
        if self.simulated_operator is None:
            raise EndpointNotOffered("mssante")
        return self.simulated_operator

    def reset(self, confided: Iterable[str] = ()) -> None:
        """`confided`: documents of the scenario that ends, which the candidate may still send."""
        if self.simulated_dmp is not None:
            self.simulated_dmp.reset(confided)
        if self.simulated_operator is not None:
            self.simulated_operator.reset()


@dataclass(frozen=True, slots=True)
class CampaignKeys:
    """The test PKI of a campaign, one for all the services of all its dispositifs: were each to ask for what it needs,
    the last one would replace what the first ones already present."""

    folder: Path
    hosts: frozenset[str]  # names and addresses of the services
    crl_url: str  # "" while it is not known: the system chooses the port, and certificates then name no list

    @classmethod
    def of(cls, config: Config) -> CampaignKeys:
        """In the user's data, when `config` names no folder."""
        simulators = [dispositif.simulators for dispositif in config.dispositifs.values()]
        services = [service for s in simulators for service in (s.dmp, s.mssante) if service is not None]
        fixed = [s.mssante for s in simulators if s.mssante is not None and s.mssante.crl_port]
        return cls(
            folder=config.certificates or data_dir() / "pki",
            hosts=frozenset(name for service in services for name in (service.host, *service.names)),
            crl_url=next((crl_url(m.host, m.crl_port, *m.names[:1]) for m in fixed), ""),
        )

    def pki(self) -> pki.Pki:
        """Raises Inconclusive when it cannot be written."""
        try:
            return pki.kept(self.folder, self.hosts, self.crl_url)
        except OSError as error:
            raise Inconclusive(f"les certificats de test ne peuvent pas être écrits: {error}") from error


def open_services(wanted: Simulators, keys: CampaignKeys, record: Record, stack: ExitStack) -> Services:
    """What `wanted` names, closed with `stack`.

    Raises Inconclusive when one cannot listen, or the certificates cannot be written.
    """
    places, dmp, operator = NOWHERE | {"certificates": str(keys.folder)}, None, None
    if wanted.dmp is not None:
        dmp = _dmp(wanted.dmp, keys.pki(), record, stack)
        places |= {"dmp_url": dmp.url}
    if wanted.mssante is not None:
        operator = _operator(wanted.mssante, keys.pki(), record, stack)
        at = operator.addresses
        ports = {"smtp_port": str(at.smtp), "imap_port": str(at.imap)}
        places |= {"mail_host": at.host, "crl_url": at.crl} | ports
    return Services(places, dmp, operator)


def _dmp(service: Service, keys: pki.Pki, record: Record, stack: ExitStack) -> SimulatedDmp:
    tls = pki.server_context(keys)
    try:
        return stack.enter_context(SimulatedDmp(record, host=service.host, port=service.port, tls=tls))
    except OSError as error:
        where = f"{service.host}:{service.port}"
        raise Inconclusive(f"le DMP simulé ne peut pas écouter sur {where}: {error}") from error


def _operator(service: MailService, keys: pki.Pki, record: Record, stack: ExitStack) -> SimulatedOperator:
    operator = SimulatedOperator(
        record, certificates=keys, host=service.host, names=tuple(service.names),
        smtp_port=service.smtp_port, imap_port=service.imap_port, crl_port=service.crl_port,
    )  # fmt: skip
    try:
        return stack.enter_context(operator)
    except OSError as error:
        raise Inconclusive(f"l'opérateur MSSanté simulé ne peut pas écouter sur {service.host}: {error}") from error
