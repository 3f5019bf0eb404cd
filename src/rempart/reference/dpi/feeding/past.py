"""What a document of the past says of itself: when the act was done, and who answers for it today.

REM DMP/HISTO.03: the business date is that of the act, be the CDA written today. REM DMP/HISTO.04: when the author has
left the RPPS, the structure is an author too, beside the original one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rempart.formats.cda.model import OTHER_AUTHORS, CdaAuthor, Coded, LegalPerson, Organisation
from rempart.reference.mutation import Mutants

# Published identity: the one who has left, in this establishment.
FORMER = {"id": "801234567897", "family": "ADAM", "given": "Hoda"}


def told(
    values: dict[str, Any], act_date: str, author_registered: bool, author: CdaAuthor, hospital: Organisation,
    mutants: Mutants,
) -> dict[str, Any]:  # fmt: skip
    """The fields of a CdaDocument that the past changes. ValueError when `act_date` is no day, or is to come."""
    values = dict(values)
    if act_date:
        values["act_start"] = _day(act_date)
        if mutants.on("acte-date-du-jour"):
            values["act_start"] = values["created"].date()
        if mutants.on("creation-datee-de-l-acte"):
            values["created"] = datetime.strptime(act_date, "%Y%m%d").astimezone()
    if not author_registered:
        values["author"] = CdaAuthor(**FORMER, profession=author.profession, organisation=hospital)
        values["legal_person"] = _legal_person(hospital)
        if mutants.on("auteur-parti-sans-personne-morale"):
            values["legal_person"] = None
        if mutants.on("personne-morale-a-la-place-de-l-auteur"):
            values["author"] = author
    return values


def _day(text: str) -> date:
    day = datetime.strptime(text, "%Y%m%d").date()
    if day > date.today():
        raise ValueError(text)
    return day


def _legal_person(hospital: Organisation) -> LegalPerson:
    return LegalPerson(
        organisation=hospital,
        kind=Coded("AUTOMATE", OTHER_AUTHORS, "Automate"),
        model="DPI de référence",
        software="Rempart",
    )
