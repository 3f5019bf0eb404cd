"""The national services that are simulated for one dispositif: opened with it, forgetting between two scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rempart.candidate.config import MailService, Service, Simulators
from rempart.candidate.connect import NOWHERE
from rempart.candidate.errors import EndpointNotOffered
from rempart.model.exchange import Record
from rempart.model.inconclusive import Inconclusive
from rempart.resources import data_dir
from rempart.simulators import pki
from rempart.simulators.dmp import SimulatedDmp
from rempart.simulators.mssante import SimulatedOperator


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


def open_services(wanted: Simulators, certificates: Path | None, record: Record, stack: ExitStack) -> Services:
    """What `wanted` names, closed with `stack`. `certificates`: where the test PKI is kept; None: in the user's data.

    Raises Inconclusive when one cannot listen, or the certificates cannot be written.
    """
    folder = certificates or data_dir() / "pki"
    places, dmp, operator = NOWHERE | {"certificates": str(folder)}, None, None
    if wanted.dmp is not None:
        dmp = _dmp(wanted.dmp, folder, record, stack)
        places |= {"dmp_url": dmp.url}
    if wanted.mssante is not None:
        operator = _operator(wanted.mssante, folder, record, stack)
        at = operator.addresses
        ports = {"smtp_port": str(at.smtp), "imap_port": str(at.imap)}
        places |= {"mail_host": at.host, "crl_url": at.crl} | ports
    return Services(places, dmp, operator)


def _dmp(service: Service, folder: Path, record: Record, stack: ExitStack) -> SimulatedDmp:
    tls = pki.server_context(_pki(folder, service))
    try:
        return stack.enter_context(SimulatedDmp(record, host=service.host, port=service.port, tls=tls))
    except OSError as error:
        where = f"{service.host}:{service.port}"
        raise Inconclusive(f"le DMP simulé ne peut pas écouter sur {where}: {error}") from error


def _operator(service: MailService, folder: Path, record: Record, stack: ExitStack) -> SimulatedOperator:
    operator = SimulatedOperator(
        record, certificates=_pki(folder, service), host=service.host, names=tuple(service.names),
        smtp_port=service.smtp_port, imap_port=service.imap_port, crl_port=service.crl_port,
    )  # fmt: skip
    try:
        return stack.enter_context(operator)
    except OSError as error:
        raise Inconclusive(f"l'opérateur MSSanté simulé ne peut pas écouter sur {service.host}: {error}") from error


def _pki(folder: Path, service: Service | MailService) -> pki.Pki:
    try:
        return pki.kept(folder, {service.host, *service.names})
    except OSError as error:
        raise Inconclusive(f"les certificats de test ne peuvent pas être écrits: {error}") from error
