"""Named checks on what several exchanges with the DMP show together, and on what it was observed to hold.

An observation of calls is `{calls: [{transaction, documents, errors}]}`, that of an inventory `{documents: [{unique_id,
status, source_patient}], grants}` (statuses by their last word: Approved, Deprecated, Deleted).
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import dropwhile
from typing import Any

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.soap.capture import read_capture
from rempart.formats.soap.model import SoapError
from rempart.formats.xds import model as xds
from rempart.formats.xds import read_objects
from rempart.formats.xds.model import SubmittedObjects
from rempart.model.finding import Finding, Origin
from rempart.validation.checks import check
from rempart.validation.dialogues import embedded_document
from rempart.validation.registry import finding
from rempart.validation.xds.context import SubmissionContext
from rempart.validation.xds.message import read_message

_PLACE = "/Envelope/Body"


@check("dmp.missing")
def missing(evidence: list[bytes], *, transaction: str, rule: str, message: str = "") -> list[Finding]:
    """A call that the candidate had to make and that did not come before the deadline: [observation]."""
    seen = json.loads(evidence[0])
    actual = ", ".join(_told(c) for c in seen["calls"]) or f"aucun appel en {seen['seconds']:g} s"
    text = message or f"l'appel {transaction} attendu n'a pas été fait"
    return [finding(rule, "échange", text, expected=transaction, actual=actual)]


@check("dmp.lacks")
def lacks(
    evidence: list[bytes], *, transactions: list[str], rule: str, after: str = "", message: str = ""
) -> list[Finding]:
    """None of these transactions (`TD0.3`; `TD3.3` for its family) is among the calls, or among those that follow the
    first of the transaction `after`: [observation]."""
    calls = json.loads(evidence[0])["calls"]
    if after:
        calls = list(dropwhile(lambda c: c["transaction"] != after, calls))
    heard = [c for c in calls if any(c["transaction"].startswith(t) for t in transactions)]
    wanted = f"aucun appel {' ni '.join(transactions)}"
    return [finding(rule, "échange", message, expected=wanted, actual=_told(c)) for c in heard]


@check("dmp.silence")
def silence(evidence: list[bytes], *, rule: str, message: str = "") -> list[Finding]:
    """No call was heard while none should be made: [observation]."""
    calls = json.loads(evidence[0])["calls"]
    told = ", ".join(_told(c) for c in calls)
    return [finding(rule, "échange", message, expected="aucun appel", actual=told)] if calls else []


@check("dmp.holds")
def holds(evidence: list[bytes], *, patient: str, documents: dict[str, str], rule: str) -> list[Finding]:
    """The DMP holds these documents under these statuses, and no other one of this local identifier of the patient:
    [inventory]."""
    held = [d for d in json.loads(evidence[0])["documents"] if d["source_patient"].partition("^")[0] == patient]
    found = []
    for unique_id, status in documents.items():
        actual = [d["status"] for d in held if d["unique_id"] == unique_id]
        if actual != [status]:
            message = f"Le DMP ne détient pas le document {unique_id} comme attendu"
            found.append(finding(rule, "DMP", message, expected=status, actual=", ".join(actual) or "(absent)"))
    for extra in (d for d in held if d["unique_id"] not in documents):
        message = "Le DMP détient un document que personne n'a confié"
        found.append(finding(rule, "DMP", message, expected="(aucun autre)", actual=extra["unique_id"]))
    return found


@check("xds.fed")
def fed(evidence: list[bytes]) -> list[Finding]:
    """What is fed is the document of the order, byte for byte: [order, TD2.1]."""
    try:
        handed = embedded_document(Message.parse(evidence[0]))
    except (Hl7Error, ValueError) as error:
        return [finding("DMP-010", "demande", f"demande illisible: {error}", origin=Origin.HARNESS)]
    (sent,), problems = _submissions(evidence[1:])
    contents = list(_contents(sent).values())
    if problems or contents == [handed]:
        return problems
    expected = f"{len(handed)} octets, ceux du document confié"
    sizes = ", ".join(f"{len(c)} octets" for c in contents) or "(aucun document)"
    return [finding("DMP-010", f"{_PLACE}//Document", "", expected=expected, actual=sizes)]


@check("xds.resent")
def resent(evidence: list[bytes]) -> list[Finding]:
    """What leaves again after an answer was lost is the same document, under the same identifier: [TD2.1, others…]."""
    read, problems = _submissions(evidence)
    first, *again = (_contents(s) for s in read)
    message = "Le renvoi n'est pas celui du même document: le DMP ne peut pas le reconnaître"
    wrong = [a for a in again if a != first]
    told = [finding("XDS-108", _PLACE, message, expected=", ".join(first), actual=", ".join(a)) for a in wrong]
    return problems or told


@check("xds.one_source")
def one_source(evidence: list[bytes]) -> list[Finding]:
    """Submissions of one installation have one sourceId: [TD2.1, TD2.1…]."""
    read, problems = _submissions(evidence)
    sources = [p.identifier(xds.SUBMISSION_SOURCE) for s in read for p in s.objects.packages]
    if problems or len(set(sources)) == 1:
        return problems
    at = f"{_PLACE}//RegistryPackage/ExternalIdentifier[@identificationScheme='{xds.SUBMISSION_SOURCE}']"
    return [finding("XDS-021", at, "", expected=next(iter(sources), ""), actual=", ".join(sources[1:]))]


@check("xds.replaced")
def replaced(evidence: list[bytes], *, unique_id: str) -> list[Finding]:
    """The replacement targets the entry that the registry returned for this document: [TD2.1, answers to TD3.1…]."""
    (sent,), problems = _submissions(evidence[:1])
    targets = [a.target for a in sent.objects.associations if a.type.rpartition(":")[2] == "RPLC"]
    return problems or _targets_known("XDS-075", targets, evidence[1:], unique_id)


@check("xds.deleted")
def deleted(evidence: list[bytes], *, unique_id: str) -> list[Finding]:
    """The deletion targets the entry that the registry returned for this document: [TD3.3c, answers to TD3.1…]."""
    (sent,), problems = _submissions(evidence[:1])
    changes = [a for a in sent.objects.associations if a.slots.get("NewStatus") == (xds.DELETED,)]
    return problems or _targets_known("DMP-011", [a.target for a in changes], evidence[1:], unique_id)


def _targets_known(rule: str, targets: list[str], answers: list[bytes], unique_id: str) -> list[Finding]:
    known = [e.id for answer in answers for e in _entries(answer) if e.identifier(xds.ENTRY_ID) == unique_id]
    if len(targets) == 1 and targets[0] in known:
        return []
    wanted = ", ".join(known) or f"l'entryUUID de {unique_id}, rendu par TD3.1"
    where = f"{_PLACE}//Association/@targetObject"
    return [finding(rule, where, "", expected=wanted, actual=", ".join(targets) or "(aucune association)")]


def _entries(answer: bytes) -> tuple[xds.RegistryObject, ...]:
    try:
        return read_objects(read_capture(answer).root).entries
    except SoapError:
        return ()


@check("xds.deferred")
def deferred(evidence: list[bytes], *, received: str) -> list[Finding]:
    """The DMP is not fed before the time that the order gives (TQ1-7): [order, TD2.1]. `received`: ISO 8601."""
    said = Message.parse(evidence[0]).get("TQ1-7")
    wanted, came = datetime.strptime(said, "%Y%m%d%H%M%S%z"), datetime.fromisoformat(received)
    if came >= wanted:
        return []
    return [finding("DMP-012", "échange", "", expected=f"{wanted.isoformat()} ou après", actual=came.isoformat())]


_NOTHING = SubmissionContext(objects=SubmittedObjects((), (), ()), entries=())


def _submissions(evidence: list[bytes]) -> tuple[list[SubmissionContext], list[Finding]]:
    """One submission for each message, an empty one for what is none; and why that is."""
    read, problems = [], []
    for data in evidence:
        submission = None
        try:
            submission = read_message(read_capture(data)).submission
            reason = "le message n'est pas une soumission"
        except SoapError as error:
            reason = f"message illisible: {error.reason}"
        if submission is None:
            problems.append(finding("DMP-005", "fichier", reason))
        read.append(submission or _NOTHING)
    return read, problems


def _contents(submission: SubmissionContext) -> dict[str, bytes]:
    """The documents, by uniqueId."""
    return {e.entry.identifier(xds.ENTRY_ID): e.document or b"" for e in submission.entries}


def _told(call: dict[str, Any]) -> str:
    documents = call.get("documents", ())
    about = f" ({', '.join(documents)})" if documents else ""
    return f"{call['transaction'] or 'appel illisible'}{about}"
