"""The envelope: version, addressing, the one assertion; and the MIME parts of MTOM."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from rempart.formats.soap.capture import INCLUDE
from rempart.formats.soap.envelope import ASSERTION
from rempart.formats.soap.model import ANONYMOUS, RELATED, SOAP_12, SOAP_XML, XOP_XML
from rempart.formats.soap.multipart import media_type
from rempart.formats.xds.provide import DOCUMENT
from rempart.formats.xds.transactions import FEED, actions_of
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.soap.context import SoapContext, line_of

SOAP = ("soap",)
UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@rule("XDS-001", families=SOAP)
def soap_version(context: SoapContext) -> Iterator[Finding]:
    """SOAP 1.2, said by the envelope, and by HTTP where the capture holds it."""
    envelope = context.envelope
    if envelope.version != SOAP_12:
        yield context.find("XDS-001", "", "L'enveloppe est de SOAP 1.1", expected=SOAP_12, actual=envelope.version)
    if envelope.body is None:
        yield context.find("XDS-001", "Body", "L'enveloppe n'a pas de corps", expected="soap:Body")
    if envelope.header is None:
        yield context.find("XDS-001", "Header", "L'enveloppe n'a pas d'en-têtes", expected="soap:Header")
    names = Counter(etree.QName(e).localname for e in envelope.root if isinstance(e.tag, str))
    for name, count in names.items():
        if count > 1 or name not in ("Header", "Body"):
            message = f"L'enveloppe porte {count} {name}: un Header puis un Body sont attendus, et rien d'autre"
            yield context.find("XDS-001", name, message)
    if envelope.body is not None and envelope.header is not None and envelope.header in envelope.body.itersiblings():
        message = "Les en-têtes viennent après le corps: ils sont attendus avant"
        yield context.find("XDS-001", "Header", message, expected="soap:Header, puis soap:Body")
    capture = context.capture
    if capture.on_wire and not capture.multipart and capture.media_type[0] != SOAP_XML:
        yield context.find(
            "XDS-001", "", "Le type HTTP n'est pas celui de SOAP 1.2", expected=SOAP_XML, actual=capture.media_type[0]
        )


@rule("XDS-002", families=SOAP)
def action(context: SoapContext) -> Iterator[Finding]:
    """One body element, known, and the action that goes with it."""
    envelope = context.envelope
    if len(envelope.contents) != 1:
        yield context.find("XDS-002", "Body", _count("élément", "Le corps", "contient", len(envelope.contents)))
    if "Action" in envelope.repeated:
        yield context.find("XDS-002", "Header/Action", "wsa:Action est répétée")
    content = envelope.content
    if content is None or envelope.fault is not None:
        return
    if context.transaction is None:
        name = etree.QName(content)
        message = f"{name.localname} n'est le corps d'aucune transaction du DMP"
        actual = f"{{{name.namespace}}}{name.localname}"
        yield context.find("XDS-002", f"Body/{name.localname}", message, actual=actual, line=line_of(content))
        return
    expected = actions_of(str(content.tag))
    if envelope.action not in expected:
        message = "wsa:Action n'est pas celle de la transaction du corps" if envelope.action else "wsa:Action manque"
        yield context.find("XDS-002", "Header/Action", message, expected=" ou ".join(expected), actual=envelope.action)


@rule("XDS-003", "XDS-004", families=SOAP)
def addressing(context: SoapContext) -> Iterator[Finding]:
    """Identifier of the message, where its answer goes; an answer says which request it answers."""
    envelope = context.envelope
    if not context.request:
        if not envelope.relates_to and envelope.fault is None:
            message = "wsa:RelatesTo manque à la réponse"
            yield context.find("XDS-004", "Header/RelatesTo", message, expected="le MessageID de la demande")
        return
    if not UUID.fullmatch(envelope.message_id):
        message = "wsa:MessageID n'est pas de la forme urn:uuid:" if envelope.message_id else "wsa:MessageID manque"
        expected = "urn:uuid: et un UUID"
        yield context.find("XDS-003", "Header/MessageID", message, expected=expected, actual=envelope.message_id)
    if "MessageID" in envelope.repeated:
        yield context.find("XDS-003", "Header/MessageID", "wsa:MessageID est répété")
    for name in (n for n in envelope.repeated if n not in ("MessageID", "Action")):
        yield context.find("XDS-004", f"Header/{name}", f"wsa:{name} est répété")
    if envelope.reply_to != ANONYMOUS:
        message = "wsa:ReplyTo manque" if envelope.reply_to is None else "wsa:ReplyTo n'est pas l'adresse anonyme"
        actual = envelope.reply_to or ""
        yield context.find("XDS-004", "Header/ReplyTo/Address", message, expected=ANONYMOUS, actual=actual)
    if envelope.action and not envelope.action_understood:
        message = "wsa:Action ne porte pas mustUnderstand à true"
        yield context.find("XDS-004", "Header/Action/@mustUnderstand", message, expected="true")


@rule("XDS-005", families=SOAP)
def one_assertion(context: SoapContext) -> Iterator[Finding]:
    """One assertion, where the DMP looks for it; one that stands elsewhere is no VIHF."""
    envelope = context.envelope
    if not context.request:
        return
    place = "Header/Security"
    if len(envelope.securities) != 1:
        words = _count("wsse:Security", "L'enveloppe", "porte", len(envelope.securities))
        yield context.find("XDS-005", place, words)
    if len(envelope.assertions) != 1:
        words = _count("VIHF (assertion SAML 2.0)", "wsse:Security", "porte", len(envelope.assertions))
        yield context.find("XDS-005", f"{place}/Assertion", words)
    elsewhere = sum(1 for _ in envelope.root.iter(ASSERTION)) - len(envelope.assertions)
    if elsewhere:
        yield context.find("XDS-005", "", f"{elsewhere} assertion(s) hors de wsse:Security")


def _count(what: str, holder: str, verb: str, count: int) -> str:
    """`Le corps ne contient aucun élément`, `Le corps contient 2 fois élément: un seul est attendu`."""
    if not count:
        return f"{holder} ne {verb} aucun {what}"
    return f"{holder} {verb} {count} fois {what}: un seul est attendu"


@rule("XDS-006", families=SOAP)
def mtom(context: SoapContext) -> Iterator[Finding]:
    """Parts and xop:Include answer each other; only what HTTP carried can be judged."""
    capture = context.capture
    if not capture.on_wire:
        return
    feed = context.transaction is FEED and context.request
    if not capture.multipart:
        if feed:
            message = "L'alimentation n'est pas en MTOM: le message n'a pas de parties"
            yield context.find("XDS-006", "", message, expected=RELATED, actual=capture.media_type[0])
        return
    yield from _types(context)
    for fault in capture.faults:
        yield context.find("XDS-006", "", f"{fault[0].upper()}{fault[1:]}")
    uses = Counter(part.id for _, part in capture.includes if part is not None)
    for href, part in capture.includes:
        if part is None:
            message = "xop:Include ne désigne aucune partie du message"
            yield context.find("XDS-006", "Body//Include/@href", message, expected="cid: et un Content-ID", actual=href)
    for part in capture.parts:
        if not uses[part.id]:
            message = "Une partie du message n'est désignée par aucun xop:Include"
            yield context.find("XDS-006", "", message, actual=part.id or "(sans Content-ID)")
        elif uses[part.id] > 1:
            yield context.find("XDS-006", "", f"{uses[part.id]} xop:Include désignent la même partie", actual=part.id)
    for include in context.capture.root.iter(INCLUDE):
        holder = include.getparent()
        if holder is not None and "".join(map(str, holder.itertext())).strip():
            message = "xop:Include n'est pas seul: l'élément qui le porte a aussi du texte"
            yield context.find("XDS-006", "Body//Include", message, line=line_of(include))
    body = context.envelope.body
    inlined = [] if body is None or not feed else [d for d in body.iter(DOCUMENT) if d.find(INCLUDE) is None]
    for document in inlined:
        message = "Le document est dans l'enveloppe, en base64, et non dans une partie"
        at = f"Body//Document[@id='{document.get('id', '')}']"
        yield context.find("XDS-006", at, message, line=line_of(document))


def _types(context: SoapContext) -> Iterator[Finding]:
    kind, parameters = context.capture.media_type
    if kind != RELATED:
        yield context.find("XDS-006", "", "Les parties ne sont pas annoncées liées", expected=RELATED, actual=kind)
    root, _ = media_type((context.capture.root_headers or {}).get("content-type", ""))
    if root != XOP_XML:
        message = "La partie principale n'est pas annoncée comme XOP"
        yield context.find("XDS-006", "", message, expected=XOP_XML, actual=root or "(aucun type)")
    if (declared := parameters.get("type", "").lower()) != XOP_XML:
        message = "Le paramètre type du message n'est pas celui de la partie principale"
        yield context.find("XDS-006", "", message, expected=XOP_XML, actual=declared, severity=Severity.WARNING)
