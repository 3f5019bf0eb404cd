"""Documents that leave by MSSanté, through the PFI, once validated and without another gesture (MSS/va1.24)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rempart.reference.body import Body
from rempart.reference.dpi.answers import Json, done
from rempart.reference.dpi.documents import Documents, Stored, Wanted
from rempart.reference.dpi.recipients import MSSANTE_PS
from rempart.reference.dpi.sending import Orders, Request
from rempart.reference.http import Action
from rempart.reference.mutation import Mutants
from rempart.reference.outbox import Outbox
from rempart.reference.patients import Patients
from rempart.reference.store import Store

_SETTINGS = "mss_mailing"


class AutomaticMailing:
    """`after` wraps the actions that validate a document."""

    def __init__(
        self, store: Store, patients: Patients, documents: Documents, orders: Orders, outbox: Outbox, mutants: Mutants
    ) -> None:
        self._store, self._patients, self._documents = store, patients, documents
        self._orders, self._outbox, self._mutants = orders, outbox, mutants
        self.actions: dict[str, Action] = {"set_automatic_mailing": self.set_types}

    async def set_types(self, body: Body) -> Json:
        value = json.dumps(body.only("type_codes").texts("type_codes"))
        with self._store.transaction():
            self._store.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", _SETTINGS, value)
        return done()

    def after(self, actions: Mapping[str, Action]) -> dict[str, Action]:
        """The same actions; the document that one of them has validated leaves if its type is set to."""

        def sending(action: Action) -> Action:
            async def then_send(body: Body) -> Json:
                answer: Json = await action(body)
                document = self._written(answer.get("document", "")) if answer["outcome"] == "done" else None
                if document is not None:
                    self._send(document)
                return answer

            return then_send

        return {n: sending(a) if n in ("produce_document", "validate_document") else a for n, a in actions.items()}

    def _written(self, ref: str) -> Stored | None:
        """The document that an action has validated; None when it has left a draft."""
        draft = self._store.one("SELECT patient, wanted FROM drafts WHERE ref = ?", ref)
        if draft and self._mutants.on("brouillon-parti-par-messagerie"):
            return self._documents.produce(self._patients.get(draft["patient"]), Wanted.load(draft["wanted"]))
        return self._documents.get(ref)

    def _send(self, document: Stored) -> None:
        recipients = tuple(r for r in Wanted.load(document.wanted).recipients if r.channel == MSSANTE_PS)
        if self._mutants.on("envoi-automatique-au-premier-destinataire"):
            recipients = recipients[:1]
        if not recipients or not self._chosen(document.type_code):
            return
        request = Request(channels=(MSSANTE_PS,), recipients=recipients)
        patient = self._patients.get(document.patient)
        if not self._orders.refusal(patient, request):
            with self._store.transaction():
                self._orders.order(patient, document, request, "initial")
            self._outbox.start()

    def _chosen(self, type_code: str) -> bool:
        if self._mutants.on("envoi-automatique-sans-effet"):
            return False
        row = self._store.one("SELECT value FROM settings WHERE name = ?", _SETTINGS)
        types = json.loads(row["value"]) if row else []
        return type_code in types or bool(types and self._mutants.on("envoi-automatique-de-tous-les-types"))
