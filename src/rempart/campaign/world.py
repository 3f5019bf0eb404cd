"""The world of a campaign: the candidate's dispositifs, each with its driver and the neighbour simulated for it.

Everything is opened when a scenario first needs it, and kept for the scenarios that follow.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rempart.campaign.actor import Actor
from rempart.campaign.services import CampaignKeys, Services, open_services
from rempart.candidate.actions import DPI
from rempart.candidate.config import Config
from rempart.candidate.connect import Link, connect
from rempart.evidence.store import EvidenceStore
from rempart.model.exchange import Exchange, Record
from rempart.simulators.dpi import SimulatedDpi
from rempart.simulators.gap import Gap
from rempart.simulators.pfi import SimulatedPfi


@dataclass
class World:
    """Opens stations on demand. `on_exchange` is told of everything that is recorded."""

    config: Config
    store: EvidenceStore
    on_exchange: Callable[[Exchange], None] = lambda exchange: None
    _stations: dict[str, Station] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)
    _known: dict[str, Exchange] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def record(self, *args: Any, **kwargs: Any) -> Exchange:
        """What simulators and drivers are given to keep the bytes (`model.exchange.Record`)."""
        exchange = self.store.record(*args, **kwargs)
        self._known[exchange.id] = exchange
        self.on_exchange(exchange)
        return exchange

    def exchanges(self, ids: list[str]) -> list[Exchange]:
        return [self._known[i] for i in ids if i in self._known]

    def station(self, dispositif: str) -> Station:
        """The dispositif, its driver connected and its neighbour listening. Raises Inconclusive when it cannot be, and
        when the program that the harness started has stopped since."""
        if dispositif not in self._stations:
            self._stations[dispositif] = self._open_station(dispositif)
        station = self._stations[dispositif]
        if station.link.process is not None:
            station.link.process.check()
        return station

    def _open_station(self, dispositif: str) -> Station:
        settings = self.config.dispositifs[dispositif]  # type: ignore[index]
        listener = settings.simulators.partner
        tls = listener.tls.context() if listener.tls else None
        simulator: type[SimulatedPfi | SimulatedDpi] = SimulatedPfi if dispositif == DPI else SimulatedDpi
        partner: SimulatedPfi | SimulatedDpi = simulator(self.record, host=listener.host, port=listener.port, tls=tls)
        self._open.enter_context(partner)
        log = self.store.root / f"{dispositif}-{self.store.worker}.log"
        times = self.config.timeouts
        services = open_services(settings.simulators, CampaignKeys.of(self.config), self.record, self._open)
        places = {"partner_host": partner.host, "partner_port": str(partner.port)} | services.places
        link = self._open.enter_context(connect(settings, times, self.record, places, log))
        partner.patience = times.acknowledgement
        station = Station(link, Actor(link.driver), partner, self.record, times.acknowledgement, services)
        station.find()
        link.on_move = station.find
        return station

    def reset(self) -> None:
        """Between two scenarios: simulators forget what they heard and behave again. The candidate keeps its state."""
        for station in self._stations.values():
            station.services.reset(getattr(station.partner, "confided", ()))
            station.partner.reset()

    def number(self) -> int:
        """A number never given before in this campaign by this worker: identifiers are made of it."""
        return next(self._numbers)

    def close(self) -> list[str]:
        """Closes everything; French lines on what went wrong meanwhile."""
        try:
            self._open.close()
        except Exception as error:
            return [f"fermeture des simulateurs: {type(error).__name__}: {error}"]
        return []


@dataclass
class Station:
    """One dispositif of the candidate and what surrounds it."""

    link: Link
    candidate: Actor
    partner: SimulatedPfi | SimulatedDpi  # a PFI for a DPI, a DPI for a PFI
    record: Record
    timeout: float
    services: Services

    def find(self) -> None:
        """Tell those who write to the candidate where it listens: at the start, and when it has been restarted."""
        self.partner.candidate = self.link.settings.endpoints.hl7v2
        if "gap" in vars(self):
            self.gap.candidate = self.link.settings.hl7v2

    @cached_property
    def gap(self) -> Gap:
        """Raises EndpointNotOffered when the candidate listens to no HL7v2."""
        return Gap(self.record, self.link.settings.hl7v2, timeout=self.timeout)
