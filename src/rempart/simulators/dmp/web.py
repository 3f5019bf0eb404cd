"""TD0.9 and TD0.10: the pages of the DMP that a browser opens on a patient, by their contextual addresses.

Source: PDT-INF-527 v1.7. The pages say where one is and nothing of the patient: a scenario judges the call.
"""

from __future__ import annotations

import html
import re
from urllib.parse import unquote, urlsplit

from rempart.simulators.dmp.service import Dmp
from rempart.simulators.https import Response

_PATH = re.compile(r"(?:/[\w.-]+)*/AccesDirect/(\w{1,40})(?:/([^/]{1,40}))?/?")
# Page -> its title, and whether its address names the patient (True), may name one (None), or does not (False).
PAGES: dict[str, tuple[str, bool | None]] = {
    "TableauDeBord": ("Tableau de bord", None),
    "DossierPatient": ("Dossier du patient", True),
    "GestionDMPPatient": ("Gestion du DMP", True),
    "Documents": ("Documents", True),
    "ParcoursDeSoins": ("Parcours de soins", True),
    "HistoriqueAcces": ("Historique des accès", True),
    "Parametrages": ("Paramétrages", False),
    "VolontesEtDroits": ("Volontés et droits", True),
    "CarnetVaccination": ("Carnet de vaccination", True),
}


def is_page(target: str) -> bool:
    return "/AccesDirect/" in target


def patient_of(target: str) -> str:
    """The INS of an address; "" when it names none."""
    found = _PATH.fullmatch(urlsplit(target).path)
    return unquote(found[2]) if found and found[2] else ""


def page(dmp: Dmp, target: str) -> Response:
    """The page of this address; 404 with the reason when there is none."""
    found = _PATH.fullmatch(urlsplit(target).path)
    if found is None or found[1] not in PAGES:
        return _html("Page inconnue", "Cette adresse n'est pas l'une de celles du DMP.", 404)
    title, named = PAGES[found[1]]
    ins = patient_of(target)
    if (named is True and not ins) or (named is False and ins):
        return _html(title, "Cette adresse doit " + ("nommer" if named else "ne pas nommer") + " un patient.", 404)
    if not ins:
        return _html(title, "Aucun patient n'est ouvert.", 200)
    patient = dmp.patients.get(ins)
    if patient is None:
        return _html(title, f"Aucun DMP pour l'INS {ins}.", 404)
    state = "DMP fermé" if patient.closed else "DMP ouvert"
    return _html(title, f"INS {ins}: {state}, {len(dmp.registry.of_patient(ins))} document(s).", 200)


def _html(title: str, text: str, status: int) -> Response:
    safe = html.escape(text)
    body = f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>DMP simulé: {html.escape(title)}</title>'
    body += f"<h1>{html.escape(title)}</h1><p>{safe}</p></html>"
    return Response(body.encode(), "text/html; charset=utf-8", status)
