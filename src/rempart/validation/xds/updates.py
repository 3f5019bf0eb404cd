"""ITI-57: what TD3.3 changes of a document that the DMP already has."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.xds import model as xds
from rempart.formats.xds.transactions import UPDATE
from rempart.model.finding import Finding
from rempart.validation.registry import rule
from rempart.validation.soap.rules import UUID
from rempart.validation.xds.context import EntryContext, slot
from rempart.validation.xds.message import MessageContext
from rempart.validation.xds.metadata import has_form

MESSAGE = ("dmp-message",)


@rule("XDS-120", "XDS-123", families=MESSAGE)
def updates(context: MessageContext) -> Iterator[Finding]:
    """ITI-57: a status that changes, or an entry submitted anew."""
    submission = context.submission
    if submission is None or context.transaction is not UPDATE:
        return
    changes = [a for a in submission.objects.associations if a.type == xds.UPDATE_STATUS]
    if not changes and not submission.objects.entries:
        message = "Le message ne change ni statut ni fiche"
        yield submission.find("XDS-120", None, "", message, expected=xds.UPDATE_STATUS)
    package = submission.package
    for link in changes:
        before, after = (next(iter(link.slots.get(n, ())), "") for n in ("OriginalStatus", "NewStatus"))
        for name in (n for n in ("OriginalStatus", "NewStatus") if len(link.slots.get(n, ())) > 1):
            message, actual = f"{name} a plusieurs valeurs", ", ".join(map(_short, link.slots[name]))
            yield submission.find("XDS-120", link, slot(name), message, expected="une valeur", actual=actual)
        if (before, after) not in _CHANGES:
            message = "Ce changement de statut n'est pas de ceux que le DMP permet"
            expected = " ou ".join(f"{_short(b)} vers {_short(a)}" for b, a in _CHANGES)
            actual = f"{_short(before)} vers {_short(after)}"
            yield submission.find("XDS-120", link, slot("NewStatus"), message, expected=expected, actual=actual)
        if package is not None and link.source != package.id:
            message = "L'association ne part pas du lot"
            yield submission.find("XDS-120", link, "@sourceObject", message, expected=package.id, actual=link.source)
        if not UUID.fullmatch(link.target):
            message = "La fiche est désignée par son entryUUID"
            yield submission.find("XDS-120", link, "@targetObject", message, expected="urn:uuid:…", actual=link.target)
    for one in submission.entries:
        yield from _resubmitted(context, one)


_CHANGES = {
    (xds.APPROVED, xds.ARCHIVED): None, (xds.ARCHIVED, xds.APPROVED): None,
    (xds.APPROVED, xds.DELETED): None, (xds.ARCHIVED, xds.DELETED): None,
}  # fmt: skip


def _short(status: str) -> str:
    return status.rpartition(":")[2] or "(absent)"


def _resubmitted(context: MessageContext, one: EntryContext) -> Iterator[Finding]:
    entry = one.entry
    if not UUID.fullmatch(entry.lid):
        message = "La fiche ne reprend pas l'identifiant logique (lid) du registre"
        yield one.find("XDS-123", "@lid", message, expected="urn:uuid:…", actual=entry.lid)
    repository = entry.value("repositoryUniqueId")
    if repository and not has_form("oid", repository):
        message = "L'entrepôt n'est pas désigné par un OID"
        yield one.find("XDS-123", slot("repositoryUniqueId"), message, expected="un OID", actual=repository)
    for name in ("hash", "size", "repositoryUniqueId"):
        if not entry.value(name):
            yield one.find("XDS-123", slot(name), f"La fiche ne reprend pas {name}, que le registre a rendu")
    links = [a for a in context.submission.objects.associations if a.target == entry.id] if context.submission else []
    versions = [v for a in links for v in a.slots.get("PreviousVersion", ())]
    if len(versions) != 1 or not versions[0].isdecimal():
        message = "L'association HasMember ne porte pas la version actuelle (PreviousVersion)"
        yield one.find("XDS-123", slot("PreviousVersion"), message, expected="un nombre", actual=", ".join(versions))
