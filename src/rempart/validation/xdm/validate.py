"""validate_archive: an XDM archive, its metadata, and each document inside judged as it would be alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Unpack

from lxml import etree

from rempart.formats.xdm.archive import open_archive
from rempart.formats.xdm.model import XdmError
from rempart.model.finding import Finding
from rempart.validation.cda.validate import EDITION, validate_cda
from rempart.validation.declared import OfDocuments
from rempart.validation.registry import finding, functions
from rempart.validation.report import Report
from rempart.validation.xdm import rules
from rempart.validation.xdm.context import ArchiveContext, archive_context
from rempart.validation.xds.schema import check_official_xml
from rempart.validation.xds.validate import check_submission

RULE_MODULES = (rules,)  # importing it registers its functions
KIND = "XDM"


def validate_archive(data: bytes, *, edition: str = EDITION, **declared: Unpack[OfDocuments]) -> Report:
    """Findings on the archive, on its metadata (`IHE_XDM/SUBSET01/METADATA.XML!/RegistryObjectList/…`) and on its
    documents (`IHE_XDM/SUBSET01/DOC0001.XML!/ClinicalDocument/…`), which are judged under `edition`.

    What is not one whole and safe archive is unreadable, with the reason.
    """
    try:
        opened = open_archive(data)
    except XdmError as error:
        rule = "XDM-002" if error.dangerous else "XDM-001"
        lost = finding(rule, "fichier", error.reason[0].upper() + error.reason[1:], edition=edition)
        return Report(KIND, edition, [lost], unreadable=error.reason)
    context = archive_context(opened, declared.get("environment"))
    return report_of(context, edition=edition, **declared)


def report_of(
    context: ArchiveContext,
    *,
    edition: str = EDITION,
    **declared: Unpack[OfDocuments],
) -> Report:
    """The same, of an archive that has been opened."""
    if not context.is_xdm and not context.opened.faults:
        reason = "cette archive ZIP n'a ni dossier IHE_XDM, ni METADATA.XML, ni document CDA"
        return Report(KIND, edition, [finding("XDS-129", "fichier", reason[0].upper() + reason[1:])], unreadable=reason)
    found = [*_archive(context), *_metadata(context), *_documents(context, edition, declared)]
    report = Report(_kind(context), edition, found, ["archive XDM"])
    if any(s.submission for s in context.subsets):
        report.validators.append("métadonnées XDS")
    _official(report, context, declared.get("packs"))
    if context.cdas:
        report.validators += ["schéma CDA", "règles CDA"]
    return report


def _kind(context: ArchiveContext) -> str:
    count = len(context.cdas)
    return f"{KIND} ({count} document{'s' if count > 1 else ''})"


def _archive(context: ArchiveContext) -> Iterator[Finding]:
    for function in functions("xdm"):
        yield from function(context)


def _metadata(context: ArchiveContext) -> Iterator[Finding]:
    for subset in context.subsets:
        if subset.submission is not None:
            yield from check_submission(subset.submission)


def _official(report: Report, context: ArchiveContext, packs: Sequence[str] | None) -> None:
    """The official schemas of ebXML on each METADATA.XML, when their pack is installed."""
    for subset in context.subsets:
        if subset.root is not None:
            place = f"{subset.name}!/{etree.QName(subset.root).localname}"
            found, ran = check_official_xml(subset.root, place, packs)
            report.findings.extend(found)
            report.validators += [name for name in ran if name not in report.validators]


def _documents(context: ArchiveContext, edition: str, declared: OfDocuments) -> Iterator[Finding]:
    """Every CDA, and every file that an entry names or that calls itself XML and is none."""
    for name, data in context.files.items():
        if name not in context.cdas and name not in context.unread:
            continue
        report = validate_cda(data, edition=edition, **declared)
        for found in report.findings:
            inside = found.location if found.location.startswith("/") else f"/ ({found.location})"
            yield found.model_copy(update={"location": f"{name}!{inside}", "offset": None, "length": None})
