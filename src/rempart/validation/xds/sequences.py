"""Named checks on what a DPI asks of the DMP, call after call: the right before the documents, the user who is there.

Evidence of `dmp.sequence`, `dmp.caller`, `dmp.changed` and `dmp.reference`: requests of the DMP in their order, and its
answers, told apart by what they relate to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from rempart.formats.dmp.existence import FORBIDDEN, VALID, read_existence_answer
from rempart.formats.dmp.habilitations import ADD, read_authorisation, read_list_answer, read_outcome
from rempart.formats.soap.capture import read_capture
from rempart.formats.soap.model import SoapError
from rempart.formats.vihf import model as vihf
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import read_response
from rempart.model.finding import Finding
from rempart.resources import schemas_dir
from rempart.validation.checks import check
from rempart.validation.registry import finding, load_yaml
from rempart.validation.xds.message import MessageContext, read_message

_CONSULTS = ("TD3.1", "TD3.2", "TD3.3a/b", "TD3.3d")  # a right is wanted; deleting one's own document needs none
_BY_REFERENCE = "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492"
_REFERENCES = "$XDSDocumentEntryReferenceIdList"
_OK = "DMPOk"


@dataclass(frozen=True, eq=False)
class Asked:
    """One request, and the body of its answer when there is one."""

    number: int
    context: MessageContext
    answer: etree._Element | None

    @property
    def place(self) -> str:
        return f"appel {self.number} ({self.context.kind})"

    @property
    def user(self) -> str:
        return self.context.vihf.name_id if self.context.vihf else ""

    @property
    def patient(self) -> str:
        """Its matricule."""
        return self.context.vihf.patient.partition("^")[0] if self.context.vihf else ""

    @property
    def access(self) -> str:
        return self.context.vihf.purpose.code if self.context.vihf else ""


@check("dmp.sequence")
def sequence(evidence: list[bytes], *, opposed: bool = False) -> list[Finding]:
    """The right of access comes before any consultation, for the same user and patient, and what it says is obeyed.

    `opposed`: the patient refuses that the DMP be consulted.
    """
    calls, found = _read(evidence)
    return [*found, *_rights(calls, opposed), *_tokens(calls)]


@check("dmp.caller")
def caller(evidence: list[bytes], *, user: str, access: str = "", reason: str = "") -> list[Finding]:
    """Every call is made in the name of `user` (a PS_IdNat), and each consultation in this mode of access and with this
    reason, where they are given."""
    calls, found = _read(evidence)
    for call in calls:
        if call.user != user:
            words = "L'appel n'est pas fait au nom du professionnel dont la session est ouverte"
            found.append(_finding("XDS-084", call, "/Assertion/Subject/NameID", words, user, call.user))
        if call.context.kind not in _CONSULTS:
            continue
        if access and call.access != access:
            words = "Le mode d'accès n'est pas celui que l'utilisateur a demandé"
            found.append(_finding("XDS-088", call, "/Assertion//purposeofuse", words, access, call.access))
        said = call.context.vihf.value(vihf.REASON) if call.context.vihf else ""
        if reason and said != reason:
            words = "Le motif saisi par l'utilisateur n'est pas dans le VIHF"
            found.append(_finding("XDS-090", call, f"/Assertion//{vihf.REASON}", words, reason, said))
    if access and not any(c.context.kind in _CONSULTS for c in calls):
        found.append(finding("XDS-088", "échange", "Aucune consultation n'est parvenue au DMP", expected=access))
    return found


@check("dmp.changed")
def changed(evidence: list[bytes], *, kind: str, targets: list[str], rule: str) -> list[Finding]:
    """These entries, and no other, were changed by TD3.3 of this kind (`TD3.3c`), and the DMP took each change.

    `targets`: the entryUUID for a status, the logicalID for confidentiality codes.
    """
    calls, found = _read(evidence)
    asked: list[str] = []
    for call in (c for c in calls if c.context.kind == kind):
        asked += _targets(call.context)
        response = read_response(call.answer) if call.answer is not None else None
        if response is None or not response.success:
            codes = ", ".join(e.code for e in response.errors) if response else "sans réponse"
            found.append(_finding(rule, call, "", "Le DMP n'a pas accepté ce changement", "Success", codes))
    for target in targets:
        if target not in asked:
            words = "Le changement demandé par l'utilisateur n'est pas parvenu au DMP pour cette fiche"
            found.append(finding(rule, kind, words, expected=target, actual=", ".join(asked) or "aucune demande"))
    for target in asked:
        if target not in targets:
            words = "Une fiche a été changée que l'utilisateur n'a pas choisie"
            found.append(finding(rule, kind, words, expected=", ".join(targets) or "aucune", actual=target))
    return found


@check("dmp.reference")
def reference(evidence: list[bytes], *, number: str) -> list[Finding]:
    """The imaging order was searched by its number (FindDocumentsByReferenceId), as the DMP knows it."""
    calls, found = _read(evidence)
    queries = [c.context.query for c in calls if c.context.query]
    asked = [v for q in queries if q.id == _BY_REFERENCE for v in q.values(_REFERENCES)]
    if number not in asked:
        actual = ", ".join(asked) or f"{len(queries)} recherche(s) sans numéro de demande"
        found.append(finding("XDS-127", "TD3.1", "", expected=number, actual=actual))
    return found


@check("dmp.conflict")
def conflict(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """Texts contradict each other on a call that was made: the requirement is followed, and the other text is told."""
    calls, found = _read(evidence)
    wanted = load_yaml(schemas_dir() / "xds" / "conflicts.yaml")[rule]["transactions"]
    shown = next((c for c in calls if c.context.kind in wanted), None)
    if shown is not None:
        found.append(finding(rule, shown.place))
    return found


# -- reading -----------------------------------------------------------------------------------------------------------


def _read(evidence: Sequence[bytes]) -> tuple[list[Asked], list[Finding]]:
    """The requests in their order with their answers, and what cannot be read."""
    contexts, found = [], []
    for data in evidence:
        try:
            contexts.append(read_message(read_capture(data)))
        except SoapError as error:
            found.append(finding("DMP-005", "échange", f"message illisible: {error.reason}"))
    answers = {c.envelope.relates_to: c.envelope.content for c in contexts if c.envelope.relates_to}
    requests = [c for c in contexts if not c.envelope.relates_to]
    return [Asked(n, c, answers.get(c.envelope.message_id)) for n, c in enumerate(requests, 1)], found


def _finding(rule: str, call: Asked, at: str, message: str, expected: str, actual: str) -> Finding:
    return finding(rule, call.place + at, message, expected=expected, actual=actual)


# -- the right of access -----------------------------------------------------------------------------------------------


def _rights(calls: Sequence[Asked], opposed: bool) -> Iterator[Finding]:
    said: dict[tuple[str, str], str] = {}  # what the DMP has told of a user and a patient
    for call in calls:
        key, kind = (call.user, call.patient), call.context.kind
        if opposed and kind in ("TD0.3", *_CONSULTS):
            words = "Le patient s'est opposé à la consultation: ni autorisation ni consultation n'étaient permises"
            yield _finding("XDS-100", call, "", words, "aucun appel", kind)
        elif kind == "TD0.3" and said.get(key) in ("closed", "forbidden"):
            yield _finding("XDS-101", call, "", _FORBIDDEN, "aucun appel", kind)
        elif kind in _CONSULTS:
            yield from _consulted(call, said.get(key, ""))
        said |= _told(call)


_FORBIDDEN = "Le DMP est fermé ou absent, ou son accès est interdit à cet utilisateur: plus rien ne devait être appelé"


def _consulted(call: Asked, right: str) -> Iterator[Finding]:
    if not right:
        yield _finding("XDS-099", call, "", "", "TD0.2 ou TD0.4 avant la consultation", call.context.kind)
    elif right in ("closed", "forbidden"):
        yield _finding("XDS-101", call, "", _FORBIDDEN, "aucun appel", call.context.kind)
    elif right == "missing" and call.access == vihf.NORMAL:
        words = "Aucune autorisation n'existe, et aucune n'est posée avant la consultation"
        yield _finding("XDS-100", call, "", words, "TD0.3 (AJOUT) après TD0.2", call.context.kind)


def _told(call: Asked) -> dict[tuple[str, str], str]:
    """What an answer says of the right of its user."""
    answer, kind, key = call.answer, call.context.kind, (call.user, call.patient)
    if answer is None:
        return {}
    if kind == "TD0.2":
        found = read_existence_answer(answer)
        if found.status != "active":
            return {key: "closed"} if found.acknowledgement else {}
        return {key: {VALID: "valid", FORBIDDEN: "forbidden"}.get(found.authorisation, "missing")}
    if kind == "TD0.3" and read_outcome(answer).status == _OK:
        body = call.context.envelope.content
        added = body is not None and read_authorisation(body).action == ADD
        return {key: "valid" if added else "missing"}
    if kind == "TD0.4" and read_outcome(answer).status == _OK:
        listed = (value for p in read_list_answer(answer) for value, _ in p.identifiers)
        return {(call.user, matricule): "valid" for matricule in listed}
    return {}


def _tokens(calls: Sequence[Asked]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for call in calls:
        token = call.context.vihf
        if token is None or not token.id:
            continue
        if token.mode == vihf.AIR and token.id in seen:
            words = f"Le jeton de l'appel {seen[token.id]} sert une seconde fois"
            yield _finding("XDS-082", call, "/Assertion/@ID", words, "un jeton par appel", token.id)
        seen.setdefault(token.id, call.number)


def _targets(context: MessageContext) -> list[str]:
    objects = context.objects
    if objects is None:
        return []
    links = [a.target for a in objects.associations if a.type == xds.UPDATE_STATUS]
    return links or [e.lid for e in objects.entries if e.lid]
