"""Named checks on what a PFI makes of an HL7v2 order, and on the certificates and the age of what it sends.

Evidence of `xds.order`: the order (MDM or ORU), then the TD2.1 that came of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from cryptography import x509

from rempart.formats.hl7v2 import Hl7Error, Message, Segment
from rempart.formats.soap.capture import read_capture
from rempart.formats.soap.model import SoapError
from rempart.formats.vihf import model as vihf
from rempart.formats.xds import model as xds
from rempart.formats.xmldsig import verify
from rempart.model.finding import Finding, Origin
from rempart.validation.checks import check
from rempart.validation.registry import finding
from rempart.validation.xds.authors import Person
from rempart.validation.xds.context import SubmissionContext, slot
from rempart.validation.xds.message import MessageContext, read_message
from rempart.validation.xds.validate_message import validate_xds

# MetaDMPMSS of the order -> code of the entry (volet Transmission de documents CDA en HL7v2).
HIDING = {
    "MASQUE_PS": "MASQUE_PS", "INVISIBLE_PATIENT": "INVISIBLE_PATIENT",
    "INVISIBLE_REP_LEGAUX": vihf.HIDDEN_FROM_PARENTS,
}  # fmt: skip
_CARE = {"I": "03", "O": "07", "R": "19", "N": "97", "E": "07"}  # PV1-2 -> contentTypeCode, as proposed
_FINESS = ("FINEG", "FINEJ")
_PREFIXES = {("RPPS", 11): "8", ("ADELI", 9): "0"}  # type and length of PRT-5 -> first digit of a PS_IdNat
_ATTRIBUTE = "Assertion/AttributeStatement/Attribute"
_TLS = ("TLSv1.2", "TLSv1.3")
_SUITES = (
    "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
)  # fmt: skip


@check("xds.message")
def message(evidence: list[bytes], *, environment: str = "test", received: str = "") -> list[Finding]:
    """A recorded message of the DMP, judged as it would be at rest; `received`: when it came in (ISO 8601)."""
    when = datetime.fromisoformat(received) if received else None
    report = validate_xds(evidence[0], environment=environment, received=when)
    if report.unreadable and not report.findings:
        return [finding("DMP-005", "échange", report.unreadable)]
    return report.findings


@check("xds.order")
def order(evidence: list[bytes]) -> list[Finding]:
    """What is fed says what was ordered: author of the submission, hiding, mode of care, patient."""
    try:
        asked = Message.parse(evidence[0])
        context = read_message(read_capture(evidence[1]))
    except Hl7Error as error:
        return [finding("XDS-045", "demande", f"demande illisible: {error.reason}", origin=Origin.HARNESS)]
    except SoapError as error:
        return [finding("DMP-005", "fichier", f"message illisible: {error.reason}")]
    if context.submission is None:
        return [finding("XDS-045", "/Envelope/Body", "Le message n'est pas une alimentation")]
    return list(check_order(asked, context, context.submission))


def check_order(asked: Message, context: MessageContext, submission: SubmissionContext) -> Iterator[Finding]:
    """Findings on a submission beside the order that it comes from."""
    yield from _hiding(asked, context, submission)
    yield from _sender(asked, submission)
    yield from _caller(asked, context)
    package, care = submission.package, (asked.first("PV1") or None)
    wanted = _CARE.get(care.get("2.1")) if care is not None else None
    for code in package.coded(xds.CONTENT_TYPE) if package and wanted else ():
        if code.code != wanted:
            place = f"Classification[@classificationScheme='{xds.CONTENT_TYPE}']"
            yield submission.find("XDS-017", package, place, expected=wanted or "", actual=code.code, line=code.line)


def _hiding(asked: Message, context: MessageContext, submission: SubmissionContext) -> Iterator[Finding]:
    said = {s.get("3.1"): s.get("5.1") for s in asked.all("OBX")}
    place = f"Classification[@classificationScheme='{xds.CONFIDENTIALITY}']"
    for one in submission.entries:
        codes = {c.code for c in one.entry.coded(xds.CONFIDENTIALITY)}
        for name, code in HIDING.items():
            wanted = said.get(name) == "Y"
            if wanted and code not in codes:
                message_ = f"La demande met {name} à Y, et la fiche ne porte pas {code}"
                yield one.find("XDS-045", place, message_, expected=code, actual=", ".join(sorted(codes)))
            elif not wanted and code in codes:
                message_ = f"La fiche porte {code}, que la demande ne met pas à Y"
                yield one.find("XDS-045", place, message_, expected=f"{name} = Y", actual=said.get(name, "(absent)"))
    secret = said.get("CONNEXION_SECRETE") == "Y"
    if context.vihf is not None and context.vihf.secret is not secret:
        message_ = "La connexion secrète du VIHF n'est pas celle de la demande"
        yield context.find("XDS-045", "Assertion/AttributeStatement", message_, expected="oui" if secret else "non")
    if said.get("DESTDMP") == "N":
        yield context.find("XDS-045", "Envelope/Body", "La demande ne destine pas ce document au DMP (DESTDMP = N)")


def _sender(asked: Message, submission: SubmissionContext) -> Iterator[Finding]:
    """PRT of participation SB: PRT-5 is the person, PRT-8 the structure."""
    package = submission.package
    sender = next((p for p in asked.all("PRT") if p.get("4.1") == "SB"), None)
    if package is None or sender is None:
        return
    authors = package.coded(xds.SUBMISSION_AUTHOR)
    people = [Person(v).id for a in authors for v in a.slots.get("authorPerson", ())]
    structures = [(v.split("^") + [""] * 10)[9] for a in authors for v in a.slots.get("authorInstitution", ())]
    place = f"Classification[@classificationScheme='{xds.SUBMISSION_AUTHOR}']"
    for wanted, read, name, cell in (
        (_user(sender), people, "authorPerson", "PRT-5"),
        (_structure(sender), structures, "authorInstitution", "PRT-8"),
    ):
        if wanted and wanted not in read:
            message_ = f"{name} du lot n'est pas l'émetteur de la demande ({cell} où PRT-4 est SB)"
            at = f"{place}/{slot(name)}"
            yield submission.find("DMP-007", package, at, message_, expected=wanted, actual=", ".join(read))


def _caller(asked: Message, context: MessageContext) -> Iterator[Finding]:
    """The VIHF is that of this very order: its person, its structure, its patient."""
    said = context.vihf
    sender = next((p for p in asked.all("PRT") if p.get("4.1") == "SB"), None)
    if said is None or sender is None:
        return
    ins = next((p.get(f"3[{n}].1") for p in asked.all("PID") for n in range(1, p.repetitions(3) + 1)
                if p.get(f"3[{n}].5") == "INS"), "")  # fmt: skip
    for place, wanted, read in (
        ("Assertion/Subject/NameID", _user(sender), said.name_id),
        (f"{_ATTRIBUTE}[@Name='{vihf.STRUCTURE}']", _structure(sender), said.value(vihf.STRUCTURE)),
        (f"{_ATTRIBUTE}[@Name='{vihf.PATIENT}']", ins, said.patient.partition("^")[0]),
    ):
        if wanted and read != wanted:
            yield context.find("DMP-009", place, expected=wanted, actual=read)


def _user(sender: Segment) -> str:
    """The person as XDS and the VIHF write it: a number that HL7v2 types is there prefixed."""
    return _PREFIXES.get((sender.get("5.13"), len(sender.get("5.1"))), "") + sender.get("5.1")


def _structure(sender: Segment) -> str:
    number = sender.get("8.10")
    return f"1{number}" if number and sender.get("8.7") in _FINESS else number


@check("xds.transport")
def transport(evidence: list[bytes]) -> list[Finding]:
    """The recorded connection (`{"tls": "TLSv1.2", "cipher": "…", "client": "PEM"}`), then the message that it carried:
    version and suite of TLS, a client certificate, another one than that of the VIHF."""
    seen = json.loads(evidence[0])
    found = []
    if seen.get("tls") not in _TLS:
        expected = "TLS 1.2 ou plus"
        found.append(finding("XDS-008", "connexion", "", expected=expected, actual=str(seen.get("tls") or "sans TLS")))
    elif seen["tls"] == "TLSv1.2" and seen.get("cipher") not in _SUITES:
        words = "La suite TLS n'est pas de celles du DMP"
        cipher = str(seen.get("cipher") or "(inconnue)")
        found.append(finding("XDS-008", "connexion", words, expected=", ".join(_SUITES), actual=cipher))
    client = seen.get("client")
    if not client:
        found.append(finding("XDS-008", "connexion", "Aucun certificat client n'est présenté"))
        return found
    try:
        context = read_message(read_capture(evidence[1]))
        own = x509.load_pem_x509_certificate(client.encode())
    except (SoapError, ValueError) as error:
        return [*found, finding("DMP-005", "échange", f"message ou certificat illisible: {error}")]
    said = context.vihf
    signing = verify(said.root, said.signatures[0]).certificate if said and said.signatures else None
    if signing is not None and signing == own:
        actual = own.subject.rfc4514_string()
        found.append(finding("XDS-009", "/Assertion/Signature/KeyInfo", "", actual=actual))
    return found
