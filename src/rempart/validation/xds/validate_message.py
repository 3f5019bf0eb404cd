"""validate_xds: a message of the DMP at rest, an envelope alone or what HTTP carried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from lxml import etree

from rempart.formats.soap.capture import read_capture
from rempart.formats.soap.model import SoapError
from rempart.formats.xds.transactions import FEED
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.validate import EDITION as CDA_EDITION
from rempart.validation.cda.validate import validate_cda
from rempart.validation.declared import Declared, OfDocuments, of_documents
from rempart.validation.registry import finding, functions
from rempart.validation.report import Report
from rempart.validation.soap import rules as soap
from rempart.validation.vihf.context import VihfContext
from rempart.validation.vihf.validate import check_vihf
from rempart.validation.xds import consulting, feeding, habilitations, signature, updates
from rempart.validation.xds.message import MessageContext, missing_parts, read_message
from rempart.validation.xds.schema import check_body, check_official_body
from rempart.validation.xds.validate import check_submission

# Importing them registers their functions.
RULE_MODULES = (soap, feeding, updates, signature, consulting, habilitations)
KIND, EDITION = "SOAP", "DMP 2.05"


def validate_xds(data: bytes, **declared: Unpack[Declared]) -> Report:
    """Findings on the envelope, the VIHF, the body, and each document (`Document[@id='…']!/ClinicalDocument/…`).

    What is no readable message is so with its reason.
    """
    try:
        capture = read_capture(data)
        context = read_message(
            capture, environment=declared.get("environment"),
            requirements=frozenset(declared.get("requirements", ())), received=declared.get("received"),
        )  # fmt: skip
    except SoapError as error:
        where = f"ligne {error.line}" if error.line else "fichier"
        lost = finding("DMP-005", where, f"Ce n'est pas un message SOAP lisible: {error.reason}")
        return Report(KIND, EDITION, [lost], unreadable=str(error))
    if missing_parts(capture):
        reason = "les parties MTOM du message ne sont pas dans ce fichier: donner la capture depuis Content-Type"
        return Report(_kind(context), EDITION, [finding("DMP-005", "fichier", reason)], unreadable=reason)
    report = Report(_kind(context), EDITION, list(_message(context)), ["enveloppe SOAP", "règles DMP"])
    documents = of_documents(declared)
    _schemas(context, report, documents)
    if context.vihf is not None and context.soap.request:
        report.validators += ["règles VIHF", "signature VIHF"]
    _documents(context, report, documents)
    if capture.cut:
        report.unreadable = "le message est coupé: la frontière qui finit sa dernière partie manque"
    return report


def _kind(context: MessageContext) -> str:
    if context.envelope.fault is not None:
        return f"{KIND} Fault"
    transaction = context.soap.transaction
    if transaction is None:
        return KIND
    if not context.soap.request:
        content = context.envelope.content
        name = etree.QName(content).localname if content is not None else ""
        return f"{KIND} {name}"
    profile = f" ({transaction.profile})" if transaction.profile else ""
    return f"{KIND} {context.kind}{profile}"


def _message(context: MessageContext) -> Iterator[Finding]:
    for function in functions("soap"):
        yield from function(context.soap)
    if not context.soap.request:
        return
    if context.vihf is not None:
        yield from check_vihf(VihfContext(
            vihf=context.vihf, environment=context.environment, transaction=context.transaction, kind=context.kind,
            received=context.received, birth=context.birth,
        ))  # fmt: skip
    if context.submission is not None:
        yield from check_submission(context.submission)
    for function in functions("dmp-message"):
        yield from function(context)


def _schemas(context: MessageContext, report: Report, declared: OfDocuments) -> None:
    if context.soap.transaction is None or not context.soap.transaction.ebxml:
        return
    report.findings += check_body(context)
    report.validators.append("schémas XDS.b")
    found, ran = check_official_body(context, declared.get("packs"))
    if any(f.blocks for f in report.findings):
        found = [f.model_copy(update={"severity": Severity.WARNING}) if f.blinds else f for f in found]
    report.findings += found
    report.validators += ran


def _documents(context: MessageContext, report: Report, declared: OfDocuments) -> None:
    """Each document judged as it would be alone, bound for the DMP."""
    if context.transaction is not FEED:
        return
    wanted: OfDocuments = {**declared, "destination": "dmp"}
    for name, data, _ in context.cdas:
        told = validate_cda(data, edition=CDA_EDITION, **wanted)
        where = f"Document[@id='{name}']"
        count = sum(f.blocks for f in told.findings)
        if count or told.unreadable:
            what = told.unreadable or f"{count} constat(s) d'erreur"
            report.findings.append(finding("XDS-056", f"/{where}", f"Le document n'est pas un CDA conforme: {what}"))
        for one in told.findings:
            inside = one.location if one.location.startswith("/") else f"/ ({one.location})"
            update = {"location": f"{where}!{inside}", "offset": None, "length": None}
            report.findings.append(one.model_copy(update=update))
        report.validators += [v for v in told.validators if v not in report.validators]
