"""What the user sees and does of documents that came by MSSanté: the driver's actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rempart.reference.body import BadRequest, Body
from rempart.reference.dpi.answers import Json, done
from rempart.reference.dpi.documents import Documents
from rempart.reference.dpi.mss.deciding import Decisions
from rempart.reference.dpi.mss.journal import USER, Journal
from rempart.reference.dpi.mss.matching import resembling
from rempart.reference.dpi.mss.worklist import Integration, Item, Worklist
from rempart.reference.dpi.rendering import CRITICAL, Rendering
from rempart.reference.http import Action
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.store import Store

_TRAITS = ("birth_name", "first_birth_name", "birth_names", "birth_date", "sex", "birth_place")


class MssScreens:
    """The work list, the lists of what came in, and what the record says of it."""

    def __init__(
        self,
        store: Store,
        patients: Patients,
        documents: Documents,
        worklist: Worklist,
        decisions: Decisions,
        journal: Journal,
        mutants: Mutants,
    ) -> None:
        self._store, self._patients, self._documents, self._mutants = store, patients, documents, mutants
        self._worklist, self._decisions, self._journal = worklist, decisions, journal
        self.actions: dict[str, Action] = {
            "set_mss_integration": self.set_integration,
            "list_worklist": self.list_worklist,
            "view_worklist_item": self.view_item,
            "handle_worklist_item": decisions.handle,
            "list_unread_documents": self.list_unread,
            "read_mss_statistics": self.statistics,
            "read_document_history": self.history,
        }

    def noting(self, actions: Mapping[str, Action]) -> dict[str, Action]:
        """The same actions of reading, which note what is opened of what came by MSSanté."""

        async def view(body: Body) -> Json:
            answer: Json = await actions["view_document"](body)
            unique_id = body.text("unique_id")
            if answer["found"] and self._journal.knows(unique_id):
                with self._store.transaction():
                    self._journal.record(unique_id, "read", user=USER)
            return answer

        return {**actions, "view_document": view}

    def notices(self, patient: Patient) -> list[Json]:
        """What the senders of the documents of this record have changed, and that waits for the user."""
        held = {d.unique_id for d in self._documents.of(patient) if d.status == "current"}
        hidden = {
            "replacement": self._mutants.on("avis-de-remplacement-absent"),
            "deletion": self._mutants.on("avis-de-suppression-absent"),
        }
        return [
            {"unique_id": old, "kind": i.kind, "newer": i.unique_id if i.replaces else "", "item": i.item}
            for i in self._worklist.waiting()
            if (old := i.replaces if i.kind == "replacement" else i.unique_id) in held and not hidden.get(i.kind, True)
        ]

    # -- actions -----------------------------------------------------------------------------------------------

    async def set_integration(self, body: Body) -> Json:
        body.only("automatic", "type_codes", "confirm_changes", "alert_codes")
        settings = Integration(
            automatic=body.flag("automatic", True),
            type_codes=tuple(body.texts("type_codes")),
            confirm_changes=body.flag("confirm_changes", False),
            alert_codes=tuple(body.texts("alert_codes")) if body.has("alert_codes") else CRITICAL,
        )
        with self._store.transaction():
            self._worklist.set(settings)
        return done()

    async def list_worklist(self, body: Body) -> Json:
        body.only()
        everyone = self._patients.all()
        return {"items": [self._line(item, everyone) for item in self._worklist.waiting()]}

    async def view_item(self, body: Body) -> Json:
        item = self._worklist.get(body.only("item").text("item"))
        if item is None or (item.kind == "replacement" and self._mutants.on("nouvelle-version-non-consultable")):
            return {"found": False}
        shown = Rendering(item.arrival.cda, self._mutants)
        pdf, text = shown.pdf_text(), shown.narrative()
        first = "pdf" if pdf else "text" if text else "none"
        return {"found": True, "header": shown.header(), "first": first, "pdf_text": pdf, "text": text}

    async def list_unread(self, body: Body) -> Json:
        found = self._journal.unread(*_period(body))
        lines = [d for unique_id in found if (d := self._documents.by_id(unique_id))]
        if self._mutants.on("nouvelle-version-non-signalee"):
            lines = [d for d in lines if not d.replaces]
        if self._mutants.on("non-lus-oublies-apres-affichage"):
            with self._store.transaction():
                for document in lines:
                    self._journal.record(document.unique_id, "read")
        names = ("unique_id", "type_code", "title", "received")
        return {"documents": [{n: getattr(d, n) for n in names} for d in lines]}

    async def statistics(self, body: Body) -> Json:
        return {"statistics": self._journal.statistics(*_period(body))}

    async def history(self, body: Body) -> Json:
        return {"operations": self._journal.history(body.only("unique_id").text("unique_id"))}

    def _line(self, item: Item, everyone: list[Patient]) -> Json:
        arrival = item.arrival
        ins = arrival.header.ins
        search = {} if self._mutants.on("recherche-non-preremplie") else arrival.traits
        return {
            "item": item.item,
            "unique_id": item.unique_id,
            "kind": item.kind,
            "type_code": arrival.header.type.code,
            "title": arrival.header.title,
            "sender": arrival.sender,
            "received": item.received,
            "reason": "" if self._mutants.on("motif-d-attente-non-affiche") else item.reason,
            "replaces": item.replaces,
            "identity": arrival.traits,
            "ins": {"value": ins.extension, "oid": ins.root} if ins else None,
            "search": search,
            "proposed": [_proposed(p) for p in resembling(arrival, everyone, self._mutants)],
        }


def _proposed(patient: Patient) -> dict[str, Any]:
    ipp = next(iter(patient.identifiers), None)
    return {
        "value": ipp.value if ipp else "",
        "authority": ipp.authority_id if ipp else "",
        "identity": {name: getattr(patient, name) for name in _TRAITS},
    }


def _period(body: Body) -> tuple[str, str]:
    """Raises BadRequest on what is no day."""
    days = [body.only("start", "end").text(name, "") for name in ("start", "end")]
    for day in days:
        if day and not (len(day) == 8 and day.isascii() and day.isdecimal()):
            raise BadRequest(f"{day!r} n'est pas un jour (AAAAMMJJ)")
    return days[0], days[1]
