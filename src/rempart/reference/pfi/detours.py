"""Mutants of the PFI's way to the DMP: what it asks beside what was ordered. A sound PFI passes through unchanged."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace

from rempart.formats.xdm import XdmDocument
from rempart.formats.xds.model import CONFIDENTIALITY
from rempart.reference.dmp import access, search, submissions
from rempart.reference.dmp.caller import Caller
from rempart.reference.dmp.client import Dmp
from rempart.reference.dmp.failures import Refused
from rempart.reference.dmp.submissions import Lot
from rempart.reference.store import now


async def before_feeding(dmp: Dmp, caller: Caller) -> None:
    if dmp.mutants.on("autorisation-demandee-pour-alimenter"):
        with suppress(Refused):
            await access.authorise(dmp, caller)


async def before_replacing(
    dmp: Dmp, caller: Caller, lot: Lot, document: XdmDocument, found: search.Found
) -> XdmDocument:
    """The document, as it will be said of."""
    if dmp.mutants.on("masquage-change-sur-la-fiche"):
        element = next(iter(found.elements.values()))
        with suppress(Refused):
            await submissions.set_confidentiality(dmp, caller, _anew(lot), now(), element, document.confidentiality)
    if dmp.mutants.on("masquage-de-la-version-precedente"):
        codes = tuple(c.code for c in found.entries[0].coded(CONFIDENTIALITY))
        return replace(document, confidentiality=codes)
    return document


async def after_feeding(dmp: Dmp, caller: Caller, lot: Lot, document: XdmDocument) -> None:
    if dmp.mutants.on("recherche-apres-avoir-alimente"):
        await search.by_unique_id(dmp, caller, document.unique_id)
    if dmp.mutants.on("envoi-repete-apres-le-succes"):
        with suppress(Refused):
            await submissions.feed(dmp, caller, _anew(lot), now(), [document])


def under_another_identifier(cda: bytes, unique_id: str) -> bytes:
    """The same document as if it were another one."""
    return cda.replace(unique_id.encode(), f"2.25.{uuid.uuid4().int}".encode())


def _anew(lot: Lot) -> Lot:
    return replace(lot, unique_id=f"2.25.{uuid.uuid4().int}", signature_id=f"2.25.{uuid.uuid4().int}")
