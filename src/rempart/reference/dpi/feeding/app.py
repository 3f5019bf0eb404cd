"""Feeding the DMP, wired: the actions of the driver, and what the rest of the DPI tells of documents and movements."""

from __future__ import annotations

import re

from rempart.reference.body import BadRequest, Body
from rempart.reference.dpi.answers import UNKNOWN_DOCUMENT, UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.documents import Stored
from rempart.reference.dpi.feeding.desk import Desk
from rempart.reference.dpi.feeding.history import History
from rempart.reference.dpi.feeding.indicators import Indicators
from rempart.reference.dpi.feeding.plans import Plans
from rempart.reference.dpi.feeding.rules import DEFAULT_DELAY, MAX_RATE, MAX_YEARS, Automatic, HistoryRules, Rules
from rempart.reference.dpi.feeding.states import States
from rempart.reference.dpi.feeding.stays import Stays
from rempart.reference.dpi.feeding.visibility import Visibility
from rempart.reference.pam import Feed
from rempart.reference.patients import Patient

_RESTRICTIONS = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE")
TOO_FAST = f"le débit de la reprise ne peut pas dépasser {MAX_RATE:g} envois par seconde"


class Feeding:
    """A worker of the node. `plans` and `states` are for the rest of the DPI."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._mutants = desk, desk.mutants
        self._rules, self._stays = Rules(desk.store), Stays(desk.store)
        self._history, self._indicators = History(desk), Indicators(desk.store, desk.mutants)
        self.plans, self.states = Plans(desk), States(desk.store, desk.mutants)
        self.actions = {
            "set_automatic_feeding": self.set_automatic_feeding,
            "hold_document": self.hold_document,
            "cancel_sending": self.cancel_sending,
            "change_visibility": Visibility(desk).change,
            "set_history_feeding": self.set_history_feeding,
            "feed_history": self.feed_history,
            "read_indicators": self.read_indicators,
        }

    def start(self) -> None:
        self.plans.start()

    async def stop(self) -> None:
        await self.plans.stop()
        await self._history.stop()

    def moved(self, patient: Patient, feed: Feed) -> None:
        """A movement was integrated, in the open transaction."""
        self._stays.moved(patient, feed)
        self._history.came(patient, feed)

    def refusal(self, patient: Patient, document: Stored) -> str:
        """Documents of earlier episodes are fed as any other: only a mutant has it otherwise."""
        earlier = document.episode != patient.visit_number
        return "document d'un autre épisode" if earlier and self._mutants.on("document-anterieur-refuse") else ""

    # -- actions -----------------------------------------------------------------------------------------------

    async def set_automatic_feeding(self, body: Body) -> Json:
        body.only("type_codes", "delay", "restrictions")
        types, restrictions = body.texts("type_codes"), body.lists("restrictions", _RESTRICTIONS)
        if not types and self._mutants.on("mode-manuel-sans-effet"):
            types = list(self._rules.automatic.type_codes)
        delay = body.number("delay", 0.0) or DEFAULT_DELAY
        self._rules.set(Automatic(type_codes=tuple(types), delay=delay, restrictions=restrictions))
        return done()

    async def hold_document(self, body: Body) -> Json:
        if (document := self._document(body.only("document", "hold"))) is None:
            return refused(UNKNOWN_DOCUMENT)
        reason = self.plans.hold(document) if body.flag("hold") else self.plans.release(document)
        return refused(reason) if reason else done()

    async def cancel_sending(self, body: Body) -> Json:
        if (document := self._document(body.only("document"))) is None:
            return refused(UNKNOWN_DOCUMENT)
        reason = self.plans.cancel(document)
        return refused(reason) if reason else done()

    async def set_history_feeding(self, body: Body) -> Json:
        body.only("service", "types", "years", "trigger", "catch_up", "rate")
        rules = HistoryRules(
            service=body.text("service", ""),
            types=body.mapping("types"),
            years=int(body.number("years", 5.0)),
            trigger=body.choice("trigger", ("manual", "admission", "discharge"), "manual"),
            catch_up=body.flag("catch_up", False),
            rate=body.number("rate", MAX_RATE),
        )
        if not 0 < rules.rate <= MAX_RATE:
            return refused(TOO_FAST)
        if not 1 <= rules.years <= MAX_YEARS:
            return refused(f"l'antériorité va d'un an à {MAX_YEARS} ans")
        self._rules.set(rules)
        if rules.catch_up:
            self._history.catch_up()
        return done()

    async def feed_history(self, body: Body) -> Json:
        named = [o.only("value", "authority") for o in body.only("patients").objects("patients")]
        found = [self._desk.patients.find(o.text("value"), o.text("authority")) for o in named]
        if None in found:
            return refused(UNKNOWN_PATIENT)
        report = await self._history.feed([p.id for p in found if p])
        return report.answer(self._mutants)

    async def read_indicators(self, body: Body) -> Json:
        month = body.only("month").text("month")
        if not re.fullmatch(r"\d{4}(0[1-9]|1[0-2])", month):
            raise BadRequest("month: AAAAMM attendu")
        return {"indicators": self._indicators.of(month)}

    def _document(self, body: Body) -> Stored | None:
        return self._desk.documents.get(body.text("document"))
