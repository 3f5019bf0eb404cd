"""Documents read by the user: listed, opened, exported."""

from __future__ import annotations

import base64

from rempart.formats.cda.naming import pdf_name
from rempart.formats.cda.read import parse_cda
from rempart.formats.pdf import minimal_pdf
from rempart.reference.body import Body
from rempart.reference.dpi.answers import Json
from rempart.reference.dpi.documents import Documents, Stored
from rempart.reference.dpi.feeding.states import States
from rempart.reference.dpi.rendering import Rendering
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patients

SORTS = ("created", "type_code")


def line(document: Stored, mutants: Mutants, states: States) -> Json:
    """What a list shows of a document, without a click."""
    names = ("unique_id", "type_code", "origin", "status", "title", "created", "episode")
    shown = {name: getattr(document, name) for name in names}
    if mutants.on("date-de-reception-affichee"):
        shown["created"] = document.received
    sent = {"dmp": states.dmp(document.ref), "mssante": states.mssante(document.ref)}
    return shown | sent | {"critical": bool(document.critical)}


class Reading:
    """The actions that change nothing."""

    def __init__(self, patients: Patients, documents: Documents, mutants: Mutants, states: States) -> None:
        self._states = states
        self._patients, self._documents, self._mutants = patients, documents, mutants
        self.actions = {
            "list_documents": self.list_documents,
            "view_document": self.view_document,
            "export_document": self.export_document,
        }

    async def list_documents(self, body: Body) -> Json:
        sort = body.only("patient", "sort").choice("sort", SORTS)
        patient = self._patients.named(body)
        documents = self._documents.of(patient) if patient else []
        if sort == "created" and not self._mutants.on("tri-par-date-de-reception"):
            documents.sort(key=lambda d: d.created)
        if sort == "type_code" and not self._mutants.on("tri-par-type-sans-effet"):
            documents.sort(key=lambda d: d.type_code)
        lines = [line(d, self._mutants, self._states) for d in documents]
        hidden = self._mutants.on("origine-absente-de-la-liste")
        return {"documents": [shown | {"origin": ""} for shown in lines] if hidden else lines}

    async def view_document(self, body: Body) -> Json:
        document = self._document(body)
        if document is None:
            return {"found": False}
        shown = Rendering(document.cda, self._mutants)
        pdf, text = shown.pdf_text(), shown.narrative()
        if document.level == "N1" and self._mutants.on("pdf-du-n1-non-affiche"):
            pdf = ""
        if self._mutants.on("texte-non-affiche"):
            text = ""
        first = "pdf" if pdf and not (text and self._mutants.on("texte-avant-la-copie-paginee")) else "text"
        if document.level == "N3" and self._mutants.on("document-structure-non-affichable"):
            return {"found": True, "header": shown.header()}
        return {
            "found": True,
            "header": shown.header(),
            "first": first if pdf or text else "none",
            "pdf_text": pdf,
            "text": text,
            "stylesheet": "producer" if shown.styled else "own",
        }

    async def export_document(self, body: Body) -> Json:
        document = self._document(body)
        if document is None:
            return {"found": False}
        header = parse_cda(document.cda).header
        pdf = header.pdf or b""
        if self._mutants.on("pdf-exporte-refait"):
            pdf = minimal_pdf([document.title], title=document.title)
        return {
            "found": True,
            "content": base64.b64encode(document.cda).decode(),
            "pdf": base64.b64encode(pdf).decode(),
            "pdf_name": str(pdf_name(header)),
        }

    def _document(self, body: Body) -> Stored | None:
        unique_id = body.only("patient", "unique_id").text("unique_id")
        patient = self._patients.named(body)
        held = self._documents.of(patient) if patient else []
        found = next((d for d in reversed(held) if d.unique_id == unique_id), None)
        if found and self._mutants.on("versions-anciennes-non-affichables") and found.status != "current":
            return None
        if found and self._mutants.on("derniere-version-toujours-affichee"):
            return max((d for d in held if d.set_id == found.set_id), key=lambda d: d.version)
        return found
