"""Named checks on what an order (ORU or MDM) asks for, and on which document and patient it is about.

The profile says whether a message is well made; these say whether it is the message that the user wanted.
"""

from __future__ import annotations

from itertools import pairwise

from rempart.formats.cda.read import CdaError, parse_cda
from rempart.formats.hl7v2 import Hl7Error, Message, Segment
from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.dialogues import embedded_document
from rempart.validation.hl7v2.embedded import decode_base64
from rempart.validation.registry import finding


@check("order.flag")
def flag(evidence: list[bytes], *, code: str, equals: str, rule: str, message: str = "") -> list[Finding]:
    """A metadata of MetaDMPMSS: DESTDMP, DESTMSSANTEPS, INVISIBLE_PATIENT… is Y or N."""
    parsed = _parse(evidence[0], rule)
    if isinstance(parsed, Finding):
        return [parsed]
    found = next((s for s in parsed.all("OBX") if s.get("3.1") == code), None)
    actual = found.get("5.1") if found else ""
    if actual == equals:
        return []
    location = found.location("5.1") if found else "OBX"
    return [finding(rule, location, message, expected=f"{code} = {equals}", actual=actual or "(absent)")]


@check("order.recipients")
def recipients(evidence: list[bytes], *, addresses: list[str], rule: str) -> list[Finding]:
    """Each of these MSSanté addresses, and no other, is that of a recipient (PRT of participation RCT)."""
    parsed = _parse(evidence[0], rule)
    if isinstance(parsed, Finding):
        return [parsed]
    named = {
        prt.get(f"15[{n}].4").casefold()
        for prt in parsed.all("PRT")
        if prt.get("4.1") == "RCT"
        for n in range(1, prt.repetitions(15) + 1)
    }
    wanted = {a.casefold() for a in addresses}
    if named == wanted:
        return []
    return [finding(rule, "PRT-15.4", "", expected=", ".join(sorted(wanted)), actual=", ".join(sorted(named)))]


@check("order.ins")
def ins(evidence: list[bytes], *, rule: str, value: str = "", oid: str = "", message: str = "") -> list[Finding]:
    """The INS of PID-3 is this one; with no `value`, there is none."""
    parsed = _parse(evidence[0], rule)
    if isinstance(parsed, Finding):
        return [parsed]
    pid = parsed.first("PID")
    found = _ins_of(pid) if pid else []
    wanted = [(value, oid)] if value else []
    if found == wanted:
        return []
    expected = f"{value} ({oid})" if value else "aucune INS"
    return [finding(rule, "PID-3", message, expected=expected, actual=", ".join(v for v, _ in found) or "(absente)")]


def _ins_of(pid: Segment) -> list[tuple[str, str]]:
    cells = range(1, pid.repetitions(3) + 1)
    return [(pid.get(f"3[{n}].1"), pid.get(f"3[{n}].4.2")) for n in cells if pid.get(f"3[{n}].5") == "INS"]


@check("order.document")
def document(evidence: list[bytes], *, rule: str, unique_id: str = "", replaces: str = "") -> list[Finding]:
    """The document carried is the one of this unique id, or replaces the one of that id (RPLC)."""
    parsed = _parse(evidence[0], rule)
    if isinstance(parsed, Finding):
        return [parsed]
    try:
        header = parse_cda(embedded_document(parsed)).header
    except (CdaError, ValueError) as error:
        return [finding(rule, "OBX-5.5", f"document illisible: {error}")]
    found = []
    if unique_id and header.unique_id != unique_id:
        found.append(finding(rule, "ClinicalDocument/id", "", expected=unique_id, actual=header.unique_id))
    if replaces and str(header.replaces or "") != replaces:
        path = "ClinicalDocument/relatedDocument/parentDocument/id"
        found.append(finding(rule, path, "", expected=replaces, actual=str(header.replaces or "(absent)")))
    return found


@check("order.next_version")
def next_version(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The document of the second message is a later version of that of the first: same setId, higher number."""
    parsed = [_parse(e, rule) for e in evidence]
    if unreadable := [p for p in parsed if isinstance(p, Finding)]:
        return unreadable
    try:
        before, after = (parse_cda(embedded_document(p)).header for p in parsed if isinstance(p, Message))
    except (CdaError, ValueError) as error:
        return [finding(rule, "OBX-5.5", f"document illisible: {error}")]
    found = []
    if before.set_id != after.set_id:
        expected, actual = str(before.set_id or "(absent)"), str(after.set_id or "(absent)")
        found.append(finding(rule, "ClinicalDocument/setId", "", expected=expected, actual=actual))
    if (after.version or 0) <= (before.version or 0):
        expected, actual = f"plus de {before.version}", str(after.version)
        found.append(finding(rule, "ClinicalDocument/versionNumber", "", expected=expected, actual=actual))
    return found


@check("order.paginated_copy")
def paginated_copy(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The document carried holds its PDF: as its body (N1), or in a section of its own (N3)."""
    parsed = _parse(evidence[0], rule)
    if isinstance(parsed, Finding):
        return [parsed]
    try:
        pdf = parse_cda(embedded_document(parsed)).header.pdf
    except (CdaError, ValueError) as error:
        return [finding(rule, "OBX-5.5", f"document illisible: {error}")]
    if pdf and pdf.startswith(b"%PDF-"):
        return []
    actual = "aucun PDF" if not pdf else "des octets qui ne sont pas un PDF"
    return [finding(rule, "OBX-5.5", "", expected="un PDF dans le document", actual=actual)]


@check("order.mail")
def mail(evidence: list[bytes], *, message_id: str, subject: str, text: str, rule: str) -> list[Finding]:
    """The second OBX of an MDM of the LPS volet is this mail: its Message-ID, its subject, its text."""
    parsed = _parse(evidence[0], rule)
    if isinstance(parsed, Finding):
        return [parsed]
    raw = decode_base64(parsed.get("OBX[2]-5.5").encode("ascii", "replace"))
    body = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
    said = {
        "OBX[2]-3.1": (parsed.get("OBX[2]-3.1").strip("<>"), message_id.strip("<>")),
        "OBX[2]-3.2": (parsed.get("OBX[2]-3.2"), subject),
        "OBX[2]-5.5": (" ".join(body.split()), " ".join(text.split())),
    }
    return [
        finding(rule, path, "", expected=wanted, actual=actual or "(absent)")
        for path, (actual, wanted) in said.items()
        if actual != wanted
    ]


@check("order.no_reply")
def no_reply(evidence: list[bytes], *, declined: bool, rule: str) -> list[Finding]:
    """The patient's answer is declined (NTE-4 = FIN, under DESTMSSANTEPAT), or it is not."""
    parsed = _parse(evidence[0], rule)
    if isinstance(parsed, Finding):
        return [parsed]
    said = [
        following.get("4.1")
        for segment, following in pairwise(parsed.segments)
        if segment.name == "OBX" and segment.get("3.1") == "DESTMSSANTEPAT" and following.name == "NTE"
    ]
    if ("FIN" in said) is declined:
        return []
    expected = "FIN sous DESTMSSANTEPAT" if declined else "aucun NTE sous DESTMSSANTEPAT"
    return [finding(rule, "NTE-4", "", expected=expected, actual=", ".join(said) or "(absent)")]


@check("hl7v2.distinct")
def distinct(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """Two messages have two identifiers (MSH-10): [one, other]."""
    parsed = [_parse(e, rule) for e in evidence]
    if unreadable := [p for p in parsed if isinstance(p, Finding)]:
        return unreadable
    ids = [p.control_id for p in parsed if isinstance(p, Message)]
    if len(set(ids)) == len(ids):
        return []
    return [finding(rule, "MSH-10", "", expected="un identifiant par message", actual=", ".join(ids))]


def _parse(data: bytes, rule: str) -> Message | Finding:
    try:
        return Message.parse(data)
    except Hl7Error as error:
        return finding(rule, "message", f"message illisible: {error.reason}")
