"""Named checks on the mails that a PFI sends with a document: evidence is the mail."""

from __future__ import annotations

from rempart.formats import mail, xdm
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.formats.hl7v2 import Hl7Error, Message, Segment
from rempart.formats.mail import Mail, MailError
from rempart.formats.xdm import XdmDocument, XdmError
from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.registry import finding

Carried = tuple[Mail, XdmDocument]


@check("mail.confidentiality")
def confidentiality(evidence: list[bytes], *, unique_id: str, codes: list[str], rule: str) -> list[Finding]:
    """The archive of the mail says of this document these restrictions, and no other: [mail]."""
    carried = _carrying(evidence[0], unique_id)
    if not carried:
        return [_none(rule, unique_id)]
    found = []
    for _, entry in carried:
        said = sorted(set(entry.confidentiality) - {"N", "R", "V"})
        if said != sorted(codes):
            expected, actual = ", ".join(codes) or "(aucune)", ", ".join(said) or "(aucune)"
            found.append(finding(rule, "METADATA.XML, confidentialityCode", "", expected=expected, actual=actual))
    return found


@check("mail.pdf")
def joined_pdf(evidence: list[bytes], *, unique_id: str, rule: str) -> list[Finding]:
    """The mail carries beside its archive the PDF that the document contains: [mail]."""
    carried = _carrying(evidence[0], unique_id)
    if not carried:
        return [_none(rule, unique_id)]
    found = []
    for message, entry in carried:
        try:
            wanted = parse_cda(entry.data).header.pdf
        except (CdaError, ValueError) as error:
            return [finding(rule, "IHE_XDM.ZIP", f"document illisible: {error}")]
        joined = [a.data for a in message.attachments if a.data.startswith(b"%PDF-")]
        if wanted not in joined:
            actual = f"{len(joined)} PDF joint(s), un autre" if joined else "aucun PDF joint"
            found.append(finding(rule, "pièces jointes", "", expected="le PDF du document", actual=actual))
    return found


@check("mss.identified")
def identified(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The message names the patient by the identifier that the metadata of the archive give: [mail, MDM]."""
    try:
        message = mail.read(evidence[0])
        named = {d.patient_id for d in xdm.read(message.archive or b"").documents}
        handed = Message.parse(evidence[1])
    except (MailError, XdmError, Hl7Error) as error:
        return [finding(rule, "échange", f"illisible: {error.reason}")]
    pid = handed.first("PID")
    said = [_cx(pid, n) for n in range(1, pid.repetitions(3) + 1)] if pid else []
    return [
        finding(rule, "PID-3", "", expected=wanted, actual=", ".join(said) or "(absent)")
        for wanted in sorted(map(_identifier, named))
        if wanted not in said
    ]


def _cx(pid: Segment, number: int) -> str:
    return f"{pid.get(f'3[{number}].1')} ({pid.get(f'3[{number}].4.2')})"


def _identifier(cx: str) -> str:
    """`279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH`, as `_cx` writes it: XDS types it NH and HL7v2 INS."""
    value, _, rest = cx.partition("^^^&")
    return f"{value} ({rest.partition('&')[0]})"


def _none(rule: str, unique_id: str) -> Finding:
    return finding(rule, "IHE_XDM.ZIP", "le courriel n'emporte pas ce document", expected=unique_id)


def _carrying(data: bytes, unique_id: str) -> list[Carried]:
    try:
        message = mail.read(data)
        entries = xdm.read(message.archive).documents if message.archive else ()
    except (MailError, XdmError):
        return []
    return [(message, entry) for entry in entries if entry.unique_id == unique_id]
