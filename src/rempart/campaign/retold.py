"""What persons attested and declared, read again from the recorded bytes: a replay believes no conclusion of a journal.

For each scenario that a person plays: the preuves that its feature asks for, the attestation and files that were kept
of each, and what follows from them. For the campaign: what is left out, from the profiles and the signed declarations;
what is supplied, from the attestations. What a journal says is kept only where it says less than the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rempart.campaign.applicability import of_declarations
from rempart.campaign.person import PERSON, PROTOCOL, conclusion
from rempart.campaign.selection import Selection
from rempart.campaign.supplied import Supplied, judged, preuves_of
from rempart.candidate.attestations import FILE, Attestation, Product, folder_name, lacking
from rempart.candidate.declarations import Declaration, Declared, signed_problem
from rempart.candidate.yamlfile import ConfigErrors, read_content
from rempart.catalog import Catalog
from rempart.catalog.features import ATTESTATIONS, FeatureScenario
from rempart.evidence.preuves import EDITOR
from rempart.model.exchange import Exchange
from rempart.model.results import Campaign
from rempart.model.verdict import Verdict
from rempart.validation.files.pieces import Piece, pieces

_HANDED = re.compile(r'elle remet la preuve "([^"]+)", (.+)')
_ABSENT = "aucune attestation conservée"
Key = tuple[str, str]
Concluded = list[tuple[str, str]]  # verdict and French reason, as in a journal


@dataclass(frozen=True, slots=True)
class Kept:
    """What the evidence holds of one preuve. `problem` (French) says why it is not attested; "" when it is."""

    attestation: Attestation | None = None
    said: Exchange | None = None
    files: tuple[Exchange, ...] = ()
    problem: str = _ABSENT


@dataclass
class Retold:
    """`read` gives the bytes of an exchange; it raises EvidenceError when they are missing or altered."""

    campaign: Campaign
    exchanges: list[Exchange]
    read: Callable[[Exchange], bytes]
    features: list[FeatureScenario]
    faults: list[str] = field(default_factory=list)  # French

    def __post_init__(self) -> None:
        who = self.campaign.candidate
        self._product = Product.model_construct(name=who.name, version=who.version)
        self._given: dict[str, list[Exchange]] = {}
        for exchange in self.exchanges:
            if exchange.protocol == PROTOCOL:
                self._given.setdefault(exchange.label, []).append(exchange)

    # -- one preuve

    def kept(self, dispositif: str, preuve: str, scenario: str | None = None) -> Kept:
        """Of one scenario, or (None) of the dispositif: then the scenarios' files, and those kept at the end."""
        of_person = [e for e in self._given.get(preuve, []) if e.role == PERSON and _within(e, dispositif, scenario)]
        groups: dict[str, list[Exchange]] = {}
        for exchange in of_person:
            groups.setdefault(exchange.scenario, []).append(exchange)
        found = [self._kept(dispositif, preuve, group) for group in groups.values()]
        return next((k for k in found if not k.problem), found[0] if found else Kept())

    def _kept(self, dispositif: str, preuve: str, group: list[Exchange]) -> Kept:
        said = next((e for e in group if e.peer == FILE), None)
        files = tuple(e for e in group if e.peer != FILE)
        if said is None:
            return Kept(files=files)
        try:
            attestation = read_content(self.read(said), Path(FILE), Attestation)
        except ConfigErrors as errors:
            return Kept(None, said, files, errors.errors[0].message)
        problem = lacking(attestation, preuve, self._product, folder_name(preuve))
        reason = problem[1] if problem else ""
        if dispositif not in attestation.dispositifs:
            reason = f"attestée pour {', '.join(attestation.dispositifs)} seulement"
        elif {f.sha256 for f in attestation.files} != {e.sha256 for e in files}:
            reason = "les fichiers conservés ne sont pas ceux qui ont été attestés"
        return Kept(attestation, said, files, reason)

    # -- one scenario that a person plays

    def concluded(self, body: Mapping[str, Any]) -> Concluded:
        """What stopped a scenario or was attested of it, again. Raises KeyError, TypeError or ValueError on what is no
        line of a journal."""
        told = [(str(v), str(r)) for v, r in body["concluded"]]
        identity = body["identity"]
        if not str(identity["feature"]).startswith(ATTESTATIONS):
            return [c for c in told if not self._untold(identity["key"], c)]
        steps = [str(s["text"]) for s in body["steps"]]
        asked = list(self._asked(identity, steps, whole=body["complete"] is True))
        found: Concluded = []
        for preuve, piece in asked:
            own = [c for c in told if c[1].startswith(f"{preuve}: ")]
            told = [c for c in told if c not in own]
            kept = self.kept(identity["dispositif"], preuve, identity["key"])
            if kept.problem or kept.attestation is None:
                # The words of then: a deposit that did not hold has left no bytes.
                found.append(
                    next((c for c in own if c[0] == "a_attester"), ("a_attester", f"{preuve}: {kept.problem}"))
                )
                continue
            verdict, reason = conclusion(preuve, kept.attestation)
            found.append((str(verdict), reason))
            self._looked(identity["key"], preuve, piece, kept, body)
        self._followed(identity, body)
        return [*found, *(c for c in told if not self._untold(identity["key"], c))]

    def _untold(self, key: str, concluded: tuple[str, str]) -> bool:
        if concluded[0] != Verdict.ATTESTE:
            return False
        self.faults.append(f"{key}: attestée au journal, sans attestation conservée ({concluded[1]})")
        return True

    def _asked(
        self, identity: Mapping[str, Any], steps: list[str], *, whole: bool
    ) -> Iterator[tuple[str, Piece | None]]:
        """The preuves of the feature that this installation holds; those of the journal's steps where it has none."""
        known = next((f for f in self.features if _is(f, identity)), None)
        if known is not None and whole:
            if list(known.steps) != steps:
                self.faults.append(f"{identity['key']}: les étapes du journal ne sont pas celles de {known.file}")
            steps = list(known.steps)
        by_words = {piece.words: piece for piece in pieces().values()}
        for match in filter(None, map(_HANDED.fullmatch, steps)):
            yield match[1], by_words.get(match[2])

    def _looked(self, key: str, preuve: str, piece: Piece | None, kept: Kept, body: Mapping[str, Any]) -> None:
        """The check of its kind was asked of these very files."""
        if piece is None or kept.attestation is None or kept.said is None:
            return
        wanted: tuple[str, list[str], dict[str, Any]]
        if piece.reference:
            wanted = (piece.check, [kept.said.id], {"reference": kept.attestation.reference})
        else:
            dated = {"day": kept.attestation.date.isoformat()} if piece.dated else {}
            names: dict[str, Any] = {"names": [e.peer for e in kept.files]}
            wanted = (piece.check, [e.id for e in kept.files], names | dated)
        made = [(c["check"], c["exchanges"], c["params"]) for s in body["steps"] for c in s["checks"]]
        if wanted not in made:
            self.faults.append(f"{key}: contrôle {piece.check} jamais demandé des fichiers de {preuve}")

    def _followed(self, identity: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """What a step says of the files that were just handed over was asked too."""
        handed: list[Kept] = []
        for step in body["steps"]:
            match = _HANDED.fullmatch(str(step["text"]))
            if match:
                handed.append(self.kept(identity["dispositif"], match[1], identity["key"]))
            elif handed and not step["checks"]:
                last = handed[-1:] if str(step["text"]).startswith("ce") else handed[-2:]
                if all(not k.problem and k.files for k in last):
                    self.faults.append(f"{identity['key']}: rien n'a été contrôlé à l'étape « {step['text']} »")

    # -- the campaign

    def left_out(self, catalog: Catalog, dispositifs: list[str]) -> dict[Key, str]:
        """Why requirements and scenarios are not judged: profiles, and declarations whose signed PDF was kept."""
        chosen = self.campaign.selection
        selection = Selection(
            requirements=tuple(chosen.get("requirement", ())), scenarios=tuple(chosen.get("scenario", ()))
        )
        scope = of_declarations(self.campaign.candidate.profiles, self._declared(dispositifs))
        return scope.reasons(catalog.requirements, selection.names)

    def _declared(self, dispositifs: list[str]) -> Iterator[Declared]:
        for label, group in self._given.items():
            files = {e.peer: e for e in group if e.role == EDITOR}
            for name, exchange in files.items():
                pdf = files.get(str(Path(name).with_suffix(".pdf")))
                if not name.endswith(".yaml") or pdf is None:
                    continue
                try:
                    declaration = read_content(self.read(exchange), Path(name), Declaration)
                except ConfigErrors:
                    continue
                late = declaration.date > self.campaign.started.date()
                if declaration.requirement == label and not late and not signed_problem(pdf.peer, self.read(pdf)):
                    here = tuple(d for d in declaration.dispositifs if d in dispositifs)
                    yield Declared(declaration.model_copy(update={"dispositifs": here}), Path(pdf.peer))

    def supplied(
        self, catalog: Catalog, dispositifs: list[str], written: Mapping[Key, Supplied]
    ) -> dict[Key, Supplied]:
        found = {}
        for dispositif, preuve in preuves_of(catalog, dispositifs):
            key = dispositif, preuve.id
            kept, told = self.kept(*key), written.get(key)
            if not kept.problem and kept.attestation is not None and kept.said is not None:
                if not kept.said.scenario:
                    content = [(e.peer, self.read(e)) for e in kept.files]
                    found[key] = judged(preuve, kept.attestation, self.read(kept.said), content)
                    continue
                files = kept.attestation.files
                found[key] = Supplied(files[0].sha256 if files else kept.said.sha256)
            elif told is not None:
                found[key] = Supplied(reason=told.reason or kept.problem)
        return found


def _within(exchange: Exchange, dispositif: str, scenario: str | None) -> bool:
    if scenario is not None:
        return exchange.scenario == scenario
    if exchange.scenario:
        return exchange.scenario.startswith(f"{dispositif}::")
    return exchange.note in ("", dispositif)


def _is(feature: FeatureScenario, identity: Mapping[str, Any]) -> bool:
    wanted = {identity["dispositif"], identity["scenario_id"]}
    return feature.file == identity["feature"] and feature.name == identity["name"] and wanted <= set(feature.tags)
