"""validate_cda: one CDA document at rest, judged by our schema of the header and by our rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from rempart.formats.cda.model import CdaPatient
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, edition_number
from rempart.validation.cda.engine import check_lines
from rempart.validation.cda.rules import (
    acts,
    authors,
    body,
    datamatrix,
    datatypes,
    encounter,
    entries,
    identification,
    identifiers,
    instants,
    models,
    names,
    participants,
    patient,
    pdf,
    pdf_copy,
    signers,
    structures,
)
from rempart.validation.cda.schema import check_schema
from rempart.validation.packs.selection import complete
from rempart.validation.registry import finding, functions
from rempart.validation.report import Report

EDITION = "1.16"
# Importing them registers their functions.
RULE_MODULES = (
    identification, patient, authors, signers, structures, participants, names, encounter, acts,
    datatypes, identifiers, instants, body, pdf, datamatrix, pdf_copy, entries, models,
)  # fmt: skip


def validate_cda(
    data: bytes | memoryview,
    *,
    edition: str = EDITION,
    environment: str | None = None,
    destination: str | None = None,
    requirements: Collection[str] = (),
    now: datetime | None = None,
    identity: CdaPatient | None = None,
    packs: Sequence[str] | None = None,
) -> Report:
    """Findings on the document, located by XPath and line. ValueError when `edition` is not like 1.16 or 1.16.5.

    `environment` (test, production), `destination="dmp"`, `requirements` (REM ids), `now` and `identity` (what the test
    injected) declare a context:
    the rules that depend on it are silent without it. `packs`: official packs that judge it too, by
    default those installed.
    """
    edition_number(edition)
    try:
        tree = parse_cda(data)
    except CdaError as error:
        where = f"ligne {error.line}" if error.line else "fichier"
        lost = finding("CDA-001", where, f"Ce n'est pas un document CDA lisible: {error.reason}", edition=edition)
        return Report("CDA", edition, [lost], unreadable=str(error))
    context = CdaContext(tree, edition, environment, destination, frozenset(requirements), now, identity)
    kind, validators = f"CDA R2 {context.header.level}".strip(), ["schéma CDA", "règles CDA"]
    return complete(Report(kind, edition, check_document(context), validators), tree, packs)


def check_document(context: CdaContext) -> list[Finding]:
    """Lines, then functions, then what only the schema saw."""
    found = list(check_lines(context))
    for function in functions("cda-document"):
        found.extend(function(context))
    told = [_place(f.location) for f in found if f.severity is Severity.ERROR]
    for refusal, paths in check_schema(context):
        if not any(_covers(_place(path), told) for path in paths):
            found.append(refusal)
    return found


def _covers(path: str, told: list[str]) -> bool:
    """A rule says more than the schema of this place, or of what should be below it."""
    return any(place == path or place.startswith(f"{path}/") for place in told)


def _place(location: str) -> str:
    """A location without its line, its attribute and its last index."""
    return re.sub(r"(\[\d+\])?( \(ligne \d+\))?$", "", location.split("/@")[0])
