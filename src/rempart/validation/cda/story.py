"""What only several documents show: identifiers used once, chains of versions, N1 and N3 of one content, XFRM.

A set may be incomplete: a document that names one that is not there is told (info), not held against it. Nothing is
kept of a document but a few facts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.model import InstanceId
from rempart.formats.cda.read import CdaError, location, parse_cda
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import edition_number, first
from rempart.validation.registry import finding

_ONE_DOCUMENT = "1.16"  # edition from which N1 and N3 are one document: before it, two that XFRM ties


@dataclass(frozen=True, slots=True)
class Facts:
    """One document of the set."""

    label: str
    places: dict[str, str]  # id: /ClinicalDocument/id (ligne 12); "": the root
    hash: bytes
    id: InstanceId | None
    set_id: InstanceId | None
    version: int | None
    replaces: InstanceId | None
    transforms: InstanceId | None
    patient: tuple[InstanceId, ...]
    content: tuple[str, str]  # type of document, start of the act: what N1 and N3 of one content share
    level: str

    @classmethod
    def of(cls, label: str, data: bytes, header: CdaHeader) -> Facts:
        parents = {r.type: r.parent for r in header.related}
        return cls(
            label=label, places=_places(header.root), hash=hashlib.sha256(data).digest(), id=header.id,
            set_id=header.set_id, version=header.version, replaces=parents.get("RPLC"),
            transforms=parents.get("XFRM"), patient=header.patient_ids,
            content=(header.type.code, header.act_start), level=header.level,
        )  # fmt: skip


_PARENT = "relatedDocument/parentDocument/id"
_TOLD = ("", "id", "setId", "versionNumber", "relatedDocument", _PARENT, "recordTarget/patientRole/id", "component")


def _places(root: etree._Element) -> dict[str, str]:
    """Where each element that a rule speaks of is; of a missing one, the root, and what is looked for below it."""
    found = {path: first(root, path) for path in _TOLD}
    return {p: location(root, p) if node is None else location(node) for p, node in found.items()}


Told = tuple[str, Finding]  # label of the document, what is said of it


class DocumentSet:
    """Documents in the order in which they are seen; `edition` is that of the Structuration minimale."""

    def __init__(self, edition: str = _ONE_DOCUMENT) -> None:
        self._edition = edition
        self._facts: list[Facts] = []

    def __len__(self) -> int:
        return len(self._facts)

    def see(self, label: str, data: bytes) -> None:
        """Keep the facts of a document. One that cannot be read has a finding of its own elsewhere."""
        try:
            self._facts.append(Facts.of(label, data, parse_cda(data).header))
        except CdaError:
            return

    def end(self) -> Iterator[Told]:
        """What contradicts, each on the later of the two documents."""
        by_id: dict[InstanceId, Facts] = {}
        for facts in self._facts:
            if facts.id is None:
                continue
            if (known := by_id.get(facts.id)) is not None:
                yield from self._same_id(known, facts)
            by_id.setdefault(facts.id, facts)
        for rules in (self._chains, self._sets, self._transformations, self._pairs):
            yield from rules(by_id)

    def _same_id(self, known: Facts, again: Facts) -> Iterator[Told]:
        if known.hash == again.hash:
            message = f"C'est le même document que {known.label}, octet pour octet"
            yield self._told("CDA-012", again, "id", message, severity=Severity.INFO)
        else:
            message = f"L'identifiant du document est déjà celui de {known.label}, d'un autre contenu"
            expected = "un identifiant par version de document"
            yield self._told("CDA-012", again, "id/@root", message, expected=expected, actual=str(again.id))

    def _chains(self, by_id: dict[InstanceId, Facts]) -> Iterator[Told]:
        """A replacement keeps setId and patient, adds one to the version of what it replaces, and is alone to do so."""
        replaced: dict[InstanceId, Facts] = {}
        for facts in by_id.values():
            if facts.replaces is None:
                continue
            parent = by_id.get(facts.replaces)
            if parent is None:
                message = f"Le document remplacé ({facts.replaces}) n'est pas dans l'ensemble"
                yield self._told("CDA-023", facts, _PARENT, message, severity=Severity.INFO)
                continue
            yield from self._against(facts, parent)
            if (other := replaced.get(facts.replaces)) is not None:
                message = f"{other.label} remplace déjà {parent.label}"
                yield self._told("CDA-023", facts, _PARENT, message, expected="la dernière version")
            replaced.setdefault(facts.replaces, facts)

    def _against(self, facts: Facts, parent: Facts) -> Iterator[Told]:
        if parent is facts:
            return  # CDA-024 says it
        if facts.set_id != parent.set_id:
            message = f"setId n'est pas celui du document remplacé ({parent.label})"
            yield self._told("CDA-023", facts, "setId", message, expected=str(parent.set_id), actual=str(facts.set_id))
        elif parent.version is not None and facts.version != parent.version + 1:
            message = f"versionNumber ne suit pas celui du document remplacé ({parent.label})"
            expected, actual = str(parent.version + 1), str(facts.version)
            yield self._told("CDA-023", facts, "versionNumber/@value", message, expected=expected, actual=actual)
        if not set(facts.patient) & set(parent.patient):
            message = f"Le patient n'est pas celui du document remplacé ({parent.label})"
            expected, actual = (", ".join(map(str, f.patient)) for f in (parent, facts))
            where = "recordTarget/patientRole/id"
            yield self._told("CDA-023", facts, where, message, expected=expected, actual=actual)

    def _sets(self, by_id: dict[InstanceId, Facts]) -> Iterator[Told]:
        """One document per version of a set: a receiver refuses the second one. N1 and N3 of one content may share."""
        known: dict[tuple[InstanceId, int, str], Facts] = {}
        for facts in by_id.values():
            if facts.set_id is None or facts.version is None:
                continue
            first = known.setdefault((facts.set_id, facts.version, facts.level), facts)
            if first is not facts:
                message = f"setId et versionNumber sont déjà ceux de {first.label}, d'un autre identifiant"
                actual = f"{facts.set_id}, version {facts.version}"
                where, expected = "versionNumber/@value", "une version de plus"
                yield self._told("CDA-023", facts, where, message, expected=expected, actual=actual)

    def _transformations(self, by_id: dict[InstanceId, Facts]) -> Iterator[Told]:
        """XFRM stands on the transformed document, and names another one, of the same patient."""
        for facts in by_id.values():
            if facts.transforms is None:
                continue
            source = by_id.get(facts.transforms)
            if source is None:
                message = f"Le document transformé ({facts.transforms}) n'est pas dans l'ensemble"
                yield self._told("CDA-099", facts, _PARENT, message, severity=Severity.INFO)
            elif source.transforms == facts.id:
                message = f"{source.label} et ce document se disent chacun transformé de l'autre"
                yield self._told("CDA-099", facts, _PARENT, message, expected="XFRM sur le seul document transformé")
            elif not set(facts.patient) & set(source.patient):
                message = f"Le document transformé ({source.label}) n'est pas du même patient"
                yield self._told("CDA-099", facts, _PARENT, message)

    def _pairs(self, by_id: dict[InstanceId, Facts]) -> Iterator[Told]:
        """N1 and N3 of one content: two documents that XFRM ties in the editions of 2023, one document since."""
        tied = edition_number(self._edition, latest=True) < edition_number(_ONE_DOCUMENT)
        known: dict[tuple[InstanceId, tuple[str, str], str], Facts] = {}
        for facts in by_id.values():
            if not facts.patient or not all(facts.content):
                continue
            other_level = {"N1": "N3", "N3": "N1"}.get(facts.level, "")
            other = known.get((facts.patient[0], facts.content, other_level))
            known.setdefault((facts.patient[0], facts.content, facts.level), facts)
            if other is None:
                continue
            linked = facts.transforms == other.id or other.transforms == facts.id
            if not tied:
                message = f"Le même contenu est aussi envoyé en {other.level} ({other.label})"
                expected = "un seul document: le PDF est dans une section du N3"
                yield self._told("CDA-098", facts, "component", message, expected=expected)
            elif not linked:
                message = f"Le même contenu est envoyé en {other.level} ({other.label}) sans que XFRM les lie"
                yield self._told("CDA-098", facts, "relatedDocument", message, expected="relatedDocument XFRM")

    def _told(
        self, rule: str, facts: Facts, below: str, message: str, *, expected: str = "", actual: str = "",
        severity: Severity | None = None,
    ) -> Told:  # fmt: skip
        element, _, attribute = below.partition("/@")
        path, _, line = facts.places[element].partition(" (")
        place = f"{path}/@{attribute}" + (f" ({line}" if line else "") if attribute else facts.places[element]
        said = finding(rule, place, message, expected=expected, actual=actual, severity=severity, edition=self._edition)
        return facts.label, said


def judge_set(documents: Iterable[tuple[str, bytes]], edition: str = _ONE_DOCUMENT) -> list[Told]:
    """Labelled documents judged together: what the set says of each. ValueError when `edition` is none."""
    edition_number(edition)
    together = DocumentSet(edition)
    for label, data in documents:
        together.see(label, data)
    return list(together.end())
