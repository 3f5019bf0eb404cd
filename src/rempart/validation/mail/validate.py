"""validate_mail: a mail, its archive of documents and each document inside, judged as they would be alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from rempart.formats.mail.reading import MailError
from rempart.model.finding import Finding
from rempart.validation.cda.validate import EDITION
from rempart.validation.declared import OfDocuments
from rempart.validation.mail import body, conversation, copies, correspondents, documents, headers, structure
from rempart.validation.mail.context import Archived, MailContext, mail_context
from rempart.validation.mail.reports import check_dsn, check_mdn, report_type
from rempart.validation.registry import finding, functions
from rempart.validation.report import Report
from rempart.validation.xdm.validate import report_of

# Importing them registers their functions.
RULE_MODULES = (structure, correspondents, conversation, body, headers, documents, copies)
KIND = "courriel"
_REPORTS = {"disposition-notification": "MDN", "delivery-status": "DSN"}


def validate_mail(data: bytes, *, edition: str = EDITION, **declared: Unpack[OfDocuments]) -> Report:
    """Findings on the header (`en-tête X-MSS-INS`), on the parts (`pièce jointe lettre.pdf`), on the archive and its
    documents (`pièce jointe IHE_XDM.ZIP!/IHE_XDM/SUBSET01/DOC0001.XML!/ClinicalDocument/…`), judged under `edition`.

    `requirements` say what the mail is: MSS/va1.08 a reply, MSS/va1.09 sent from a BAL applicative, MSS/va1.15 with a
    DSN asked for… Without them, only what the mail shows is judged.
    """
    try:
        context = mail_context(data, declared)
    except MailError as error:
        lost = finding("MSS-060", "fichier", error.reason[0].upper() + error.reason[1:])
        return Report(KIND, "", [lost], unreadable=error.reason)
    kind = _report_kind(context)
    found = [*_applied(context, "mail"), *(_applied(context, "mail-client") if kind != "DSN" else ())]
    if kind:
        return Report(kind, "", [*found, *_notification(kind, data, context)], [KIND, kind])
    report = Report(_kind(context), edition if context.archives else "", found, [KIND])
    report.findings.extend(_applied(context, "mail-sent"))
    for one in context.archives:
        _judge_archive(report, one, edition, declared)
    if context.archives and context.pdfs:
        report.validators.append("copies PDF")
    return report


def _notification(kind: str, data: bytes, context: MailContext) -> Iterator[Finding]:
    try:
        yield from check_dsn(data, context.source.root) if kind == "DSN" else check_mdn(data, context.source)
    except MailError as error:
        yield finding("MSS-060", "parties", error.reason[0].upper() + error.reason[1:])


def _applied(context: MailContext, family: str) -> Iterator[Finding]:
    for function in functions(family):
        yield from function(context)


def _report_kind(context: MailContext) -> str:
    """DSN and MDN are told by the parameter of multipart/report, or by the part that makes them one.

    What is an MDN by either is no DSN: a mail server never tells what became of a mail that was read.
    """
    root = context.source.root
    told = {report_type(root), *(p.type.removeprefix("message/") for p in root.children)}
    return next((kind for name, kind in _REPORTS.items() if name in told), "")


def _kind(context: MailContext) -> str:
    if not context.archives:
        return f"{KIND} sans archive"
    count = len(context.headers)
    return f"{KIND} ({count} document{'s' if count > 1 else ''})"


def _judge_archive(report: Report, one: Archived, edition: str, declared: OfDocuments) -> None:
    if one.context is None or one.refused is not None:
        rule_id = "XDM-002" if one.refused and one.refused.dangerous else "XDM-001"
        reason = one.refused.reason if one.refused else ""
        report.findings.append(finding(rule_id, one.label, reason[:1].upper() + reason[1:], edition=edition))
        return
    inner = report_of(one.context, edition=edition, **declared)
    for found in inner.findings:
        place = one.label if found.location == "fichier" else f"{one.label}!/{found.location}"
        report.findings.append(found.model_copy(update={"location": place, "offset": None, "length": None}))
    report.validators += [v for v in inner.validators if v not in report.validators]
