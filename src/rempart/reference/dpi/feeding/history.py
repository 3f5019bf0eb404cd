"""Feeding the DMP with documents of the past: whose, which, under which type, and how fast (REM DMP/HISTO.06)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from rempart.reference.dpi.answers import Json, done
from rempart.reference.dpi.documents import CannotProduce, Stored
from rempart.reference.dpi.feeding.desk import Desk
from rempart.reference.dpi.feeding.rules import HistoryRules, Rules
from rempart.reference.dpi.feeding.states import States
from rempart.reference.dpi.feeding.stays import CLOSING, OPENINGS, Stays
from rempart.reference.dpi.sending import DMP, Request
from rempart.reference.mutation import Mutants
from rempart.reference.pam import Feed
from rempart.reference.patients import Patient

_MARGIN = 1.05  # the pace is that of arrivals, and a network hurries some of them
_SETTLED = {"fed": "déjà dans le DMP", "pending": "envoi déjà demandé", "held": "envoi retenu par l'utilisateur",
            "cancelled": "envoi annulé par l'utilisateur"}  # fmt: skip
_TRIGGERS = {"admission": OPENINGS, "discharge": (CLOSING,)}


@dataclass(slots=True)
class Report:
    """What was sent, what was left out and why; `first` and `last` are instants of sending."""

    sent: list[tuple[Patient, Stored]] = field(default_factory=list)
    excluded: list[tuple[Patient, str, str]] = field(default_factory=list)  # patient, document or "", reason
    first: float = 0.0
    last: float = 0.0

    def answer(self, mutants: Mutants) -> Json:
        sent = [{"patient": _named(p), "document": d.ref, "unique_id": d.unique_id} for p, d in self.sent]
        excluded = [{"patient": _named(p), "document": ref, "reason": reason} for p, ref, reason in self.excluded]
        if mutants.on("ecartes-non-dits"):
            excluded = []
        return done(sent=sent, excluded=excluded, seconds=round(self.last - self.first, 3))


class History:
    """Runs one batch at a time, all of them at the pace that is set."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._store, self._mutants = desk, desk.store, desk.mutants
        self._rules, self._states, self._stays = Rules(desk.store), States(desk.store, desk.mutants), Stays(desk.store)
        self._turn = asyncio.Lock()
        self._next = 0.0  # when the next sending may leave
        self._tasks: set[asyncio.Task[Report]] = set()

    def came(self, patient: Patient, feed: Feed) -> None:
        """A movement of the patient: the trigger, when it is the one that is set."""
        trigger = self._rules.history.trigger
        if trigger == "discharge" and self._mutants.on("sortie-non-suivie-de-reprise"):
            return
        if feed.event in _TRIGGERS.get(trigger, ()) and not self._mutants.on("declencheur-sans-effet"):
            self._behind([patient.id])

    def catch_up(self) -> None:
        """Everybody, whether they come or not."""
        if self._mutants.on("rattrapage-sans-effet"):
            return
        self._behind([row["id"] for row in self._store.all("SELECT id FROM patients ORDER BY id")])

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def feed(self, patients: Iterable[int]) -> Report:
        """One batch: each patient, each document, one after another."""
        report = Report()
        async with self._turn:
            rules = self._rules.history
            for key in patients:
                if self._mutants.on("debit-compte-par-patient"):
                    self._next = 0.0
                await self._feed_one(self._desk.patients.get(key), rules, report)
        return report

    # -- one patient -------------------------------------------------------------------------------------------

    async def _feed_one(self, patient: Patient, rules: HistoryRules, report: Report) -> None:
        if reason := self._set_aside(patient):
            report.excluded.append((patient, "", reason))
            return
        for document in self._desk.documents.of(patient):
            code = self._code(document, rules)
            if reason := self._left_out(patient, document, code, rules):
                report.excluded.append((patient, document.ref, reason))
                continue
            await self._paced(rules)
            report.last = time.monotonic()
            report.first = report.first or report.last
            try:
                self._send(patient, document, code)
            except CannotProduce as error:
                report.excluded.append((patient, document.ref, str(error)))
            else:
                report.sent.append((patient, document))

    def _set_aside(self, patient: Patient) -> str:
        """Why nothing of this patient is fed; "" otherwise."""
        if patient.deceased and not self._mutants.on("personne-decedee-reprise"):
            return "patient décédé"
        if not patient.qualified and not self._mutants.on("ins-non-qualifiee-reprise"):
            return "INS non qualifiée"
        if patient.feeding == "IO" and not self._mutants.on("opposition-ignoree-par-la-reprise"):
            return "patient opposé à l'alimentation de son DMP"
        return ""

    def _left_out(self, patient: Patient, document: Stored, code: str, rules: HistoryRules) -> str:
        """Why this document is not fed; "" when it is."""
        if document.status != "current" or document.origin != "DPI":
            return "version remplacée, document supprimé ou venu d'ailleurs"
        if not code:
            return "type de document non retenu"
        elsewhere = rules.service and self._stays.unit(patient, document.episode) != rules.service
        if elsewhere and not self._mutants.on("unite-ignoree-par-la-reprise"):
            return "document d'une autre unité"
        if self._stays.is_open(patient, document.episode) and not self._mutants.on("episode-en-cours-repris"):
            return "épisode de soins en cours"
        if self._too_old(document, rules.years):
            return f"acte de plus de {rules.years} ans"
        state = self._states.dmp(document.ref)
        return "" if state == "fed" and self._mutants.on("document-deja-alimente-repris") else _SETTLED.get(state, "")

    def _code(self, document: Stored, rules: HistoryRules) -> str:
        code = rules.types.get(document.local_type or document.type_code, "")
        if self._mutants.on("type-non-retenu-repris"):
            return code or document.type_code
        return document.type_code if code and self._mutants.on("correspondance-des-types-ignoree") else code

    def _too_old(self, document: Stored, years: int) -> bool:
        day = document.act_date or document.created[:8]
        if self._mutants.on("anteriorite-comptee-depuis-la-creation"):
            day = document.created[:8]
        years = 5 if self._mutants.on("anteriorite-non-reglable") else years
        today = date.today()
        limit = today.replace(year=today.year - years, day=28 if (today.month, today.day) == (2, 29) else today.day)
        return datetime.strptime(day, "%Y%m%d").date() < limit

    async def _paced(self, rules: HistoryRules) -> None:
        rate = 4.0 if self._mutants.on("debit-non-reglable") else rules.rate
        rate = 10.0 if self._mutants.on("dix-envois-par-seconde") else rate
        if (wait := self._next - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        self._next = time.monotonic() + _MARGIN / rate

    def _send(self, patient: Patient, document: Stored, code: str) -> None:
        with self._store.transaction():
            if code != document.type_code:
                document = self._desk.documents.retyped(patient, document, code)
            self._desk.orders.order(patient, document, Request(channels=(DMP,)), "initial")
        self._desk.outbox.start()

    def _behind(self, patients: list[int]) -> None:
        """Start a batch once the open transaction is over."""
        task = asyncio.get_running_loop().create_task(self.feed(patients))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _named(patient: Patient) -> Json:
    ipp = patient.identifiers[0]
    return {"value": ipp.value, "authority": ipp.authority_id}
