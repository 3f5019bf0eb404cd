"""Screens over the actions: each asks what the driver may ask, and shows the answer to a person.

What a screen shows carries `id` and `data-` attributes, so that a program that drives the browser reads what a person
reads, and nothing else (docs/examples/playwright-driver).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rempart.reference.body import BadRequest, Body
from rempart.reference.document_types import document_types
from rempart.reference.dpi.consulting.entries import HERE
from rempart.reference.dpi.consulting.users import KNOWN, Session
from rempart.reference.http import Action, Fields, Screen

if TYPE_CHECKING:
    from jinja2 import Environment

RECORD, DOCUMENTS = "/ecran/dossier", "/ecran/dmp"
SESSION, CONSENT, CONSULTATION = "/ecran/session", "/ecran/consentement", "/ecran/consultation"
_STATUSES = {"VALI": "Identité validée", "PROV": "Identité provisoire", "": "Statut non connu"}
_STATES = {
    "authorised": "DMP ouvert, accès autorisé",
    "not_authorised": "DMP ouvert, accès non autorisé",
    "closed": "DMP fermé",
    "absent": "Pas de DMP",
    "unknown": "État du DMP non connu",
}
_CHOICES = {
    "feeding": {"NA": "Non recueilli", "INO": "Non opposé", "IO": "Opposé"},
    "consultation": {"NA": "Non informé", "IC": "Informé, non opposé", "INC": "Opposé"},
}
_EPISODES = {
    "not_informed": "non informé", "not_opposed": "non opposé", "opposed": "opposé", "emergency": "bris de glace",
}  # fmt: skip
_LISTS = ("type_codes", "class_codes", "format_codes", "practice_settings", "facility_types")
_TEXTS = ("created_from", "created_to", "service_from", "service_to", "author", "submitted_from", "order_number")
_FLAGS = ("invisible_to_patient", "with_archived", "with_replaced")


class Screens:
    """GET shows, POST does and comes back to the record."""

    def __init__(self, actions: Mapping[str, Action], session: Session) -> None:
        self._actions, self._session = actions, session

    @cached_property
    def _templates(self) -> Environment:
        """Jinja2 is read when a browser first comes: most campaigns open no screen."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        found = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        found.filters |= {"kind": _kind, "moment": _moment}
        return found

    async def __call__(self, method: str, path: str, fields: Fields) -> Screen:
        """404 on an address that is none; what is missing is said on the page."""
        known = {
            ("GET", RECORD): self._record, ("GET", DOCUMENTS): self._documents, ("POST", SESSION): self._sign_in,
            ("POST", CONSENT): self._consent, ("POST", CONSULTATION): self._consult,
        }  # fmt: skip
        screen = known.get((method, path))
        if screen is None:
            return self._page("message.html", 404, text=f"Adresse inconnue: {path}")
        try:
            return await screen(fields)
        except BadRequest as error:
            return self._page("message.html", 422, text=str(error))

    # -- what is shown -----------------------------------------------------------------------------------------

    async def _record(self, fields: Fields) -> Screen:
        patient = _patient(fields)
        shown = await self._ask("open_patient_record", patient=patient)
        if not shown["found"]:
            return self._page("message.html", 404, text="Aucun dossier pour ce patient.")
        return self._page(
            "record.html", patient=patient, record=shown, told=_one(fields, "dit"), outcome=_one(fields, "issue"),
            statuses=_STATUSES, states=_STATES, choices=_CHOICES, episodes=_EPISODES,
        )  # fmt: skip

    async def _documents(self, fields: Fields) -> Screen:
        patient, criteria = _patient(fields), _criteria(fields)
        shown = await self._ask("list_dmp_documents", patient=patient, criteria=criteria)
        types = {code: known.label for code, known in document_types().items() if known.dmp}
        return self._page("documents.html", patient=patient, criteria=criteria, list=shown, types=types)

    # -- what is done ------------------------------------------------------------------------------------------

    async def _sign_in(self, fields: Fields) -> Screen:
        user = {"id": _one(fields, "id"), "family": "", "given": ""}
        return self._back(fields, await self._ask("open_session", user=user))

    async def _consent(self, fields: Fields) -> Screen:
        said = {name: _one(fields, name) for name in (*_CHOICES, "episode") if _one(fields, name)}
        return self._back(fields, await self._ask("record_consent", patient=_patient(fields), **said))

    async def _consult(self, fields: Fields) -> Screen:
        said = {"access": _one(fields, "access") or "normal", "reason": _one(fields, "reason")}
        return self._back(fields, await self._ask("consult_dmp", patient=_patient(fields), **said))

    # -- in common ---------------------------------------------------------------------------------------------

    async def _ask(self, action: str, **request: Any) -> dict[str, Any]:
        if action not in self._actions:
            return {"outcome": "refused", "reason": "le DPI n'est pas relié au DMP", "documents": []}
        return await self._actions[action](Body(request))

    def _back(self, fields: Fields, answer: dict[str, Any]) -> Screen:
        """To the record, which says what became of the request."""
        where = {name: _one(fields, name) for name in ("ipp", "autorite")}
        said = where | {"issue": answer["outcome"], "dit": answer["reason"]}
        return Screen(status=303, location=f"{RECORD}?{urlencode(said)}")

    def _page(self, name: str, status: int = 200, **values: Any) -> Screen:
        users = KNOWN.values()
        html = self._templates.get_template(name).render(user=self._session.user, users=users, **values)
        return Screen(status=status, html=html)


def _patient(fields: Fields) -> dict[str, str]:
    """Raises BadRequest when the address names no patient."""
    value, authority = _one(fields, "ipp"), _one(fields, "autorite")
    if not value or not authority:
        raise BadRequest("l'adresse ne nomme pas de patient (ipp, autorite)")
    return {"value": value, "authority": authority}


def _criteria(fields: Fields) -> dict[str, Any]:
    found: dict[str, Any] = {name: [v for v in fields.get(name, []) if v] for name in _LISTS}
    for name in _TEXTS:
        said = _one(fields, name)
        found[name] = said if name in ("author", "order_number") else said.replace("-", "")
    return found | {name: bool(_one(fields, name)) for name in _FLAGS}


def _one(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, [])), "").strip()


def _moment(text: str) -> str:
    """AAAAMMJJ or longer, as a person reads it, in the time of here; what has no zone is in it already."""
    digits, zone = text[:14], text[14:]
    if len(digits) not in (8, 14) or not digits.isdecimal():
        return text
    try:
        read = datetime.strptime(digits + zone, ("%Y%m%d%H%M%S" if len(digits) == 14 else "%Y%m%d") + "%z" * bool(zone))
    except ValueError:
        return text
    shown = read.astimezone(HERE) if zone else read
    return f"{shown:%d/%m/%Y %H:%M:%S}" if len(digits) == 14 else f"{shown:%d/%m/%Y}"


def _kind(code: str) -> str:
    """The label of a type of document; a code that is not known is shown as it is."""
    known = document_types().get(code)
    return known.label if known else code
