"""What the installed packs say of a CDA document: official XSD and schematrons, and what keeps them from concluding.

An official layer counts as passed only when it ran to its end, on enough of the document, with all it looks up.
Anything else is a finding of origin `reference`: the document is not at fault, and nothing was proven.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from rempart.formats.cda.read import CdaTree, location
from rempart.model.finding import Finding, Origin, Severity, excerpt
from rempart.validation.packs.integrity import verified
from rempart.validation.packs.places import Element, place
from rempart.validation.packs.plan import Layer, layers
from rempart.validation.packs.store import Installed, StoreError
from rempart.validation.registry import finding
from rempart.validation.schematron.client import run_schematron
from rempart.validation.schematron.outcome import Failure, Fault, Outcome

_WARNING = ("warning", "warn")
_INFO = ("info", "information", "hint")
_MOST = 50  # errors of the XSD
_MOST_OF_RULE = 100  # findings of one layer; the others are counted on the last
_DOCUMENT = "/ClinicalDocument"


@dataclass
class Official:
    """Findings of the official layers, and the names of those that concluded: `schématron IHE (ci-sis-cda@…)`."""

    findings: list[Finding] = field(default_factory=list)
    validators: list[str] = field(default_factory=list)


def check_official(tree: CdaTree, packs: Sequence[Installed | StoreError]) -> Official:
    """Every official layer that applies to the document, pack by pack. Never raises; a pack that could not be opened
    is a finding."""
    told = Official()
    for pack in packs:
        if isinstance(pack, StoreError):
            told.findings.append(_reference("REF-006", f"Le pack ne peut pas servir: {pack}"))
        elif problems := verified(pack):
            shown = ", ".join(f"{p.path} ({p.kind})" for p in problems[:3]) + (", …" if len(problems) > 3 else "")
            words = f"Le pack {pack.label} n'est plus celui qui a été installé, il n'est pas employé: {shown}"
            told.findings.append(_reference("REF-006", words, pack, actual=f"{len(problems)} fichier(s)"))
        elif pack.pack.schematrons:  # a pack of document schemas; the others serve other formats
            check_schema(tree, pack, told)
            _schematrons(tree, pack, told)
    return told


# -- XSD ------------------------------------------------------------------------------------------------------------


def check_schema(tree: CdaTree, pack: Installed, told: Official) -> None:
    """Add what the official XSD says."""
    try:
        schema = _loaded(pack.root / pack.pack.schema_file)
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
        told.findings.append(_reference("REF-002", f"Le schéma XML officiel ne peut pas être chargé: {error}", pack))
        return
    told.validators.append(f"XSD officiel ({pack.label})")
    if schema.validate(tree.root):
        return
    source = f"{pack.pack.schema_file}, pack {pack.label}"
    log: Any = schema.error_log
    for refusal in list(log)[:_MOST]:
        found = finding("OFF-001", _of_path(tree.root, refusal), f"Le schéma officiel refuse: {refusal.message}")
        told.findings.append(found.model_copy(update={"source": source}))


@cache
def _loaded(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.XMLSchema(etree.parse(path, parser))


def _of_path(root: Element, error: Any) -> str:
    """The element that libxml2 names by its path from ClinicalDocument, else by its line."""
    below = str(error.path or "").partition("/")[2].partition("/")[2]
    known = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.xpath(f"./{below}" if below else ".", namespaces=known) if error.path else []
    except etree.XPathError:
        found = []
    if isinstance(found, list) and found and isinstance(found[0], etree._Element):
        return location(found[0])
    return f"{_DOCUMENT} (ligne {error.line})"


# -- schematrons ----------------------------------------------------------------------------------------------------


def _schematrons(tree: CdaTree, pack: Installed, told: Official) -> None:
    text = etree.tostring(tree.root, encoding="utf-8", with_tail=False)
    for layer in layers(pack, tree.header):
        if layer.not_run:
            rule = "REF-008" if layer.about.not_run else "REF-007"
            words = f"Le schématron « {layer.name} » n'est pas exécuté: {layer.not_run}"
            told.findings.append(_reference(rule, words, pack))
            continue
        outcome = run_schematron(pack.root, layer.file, text, pack.stamp)
        found = judge(tree.root, pack, layer, outcome)
        told.findings += found
        if all(f.origin is Origin.CANDIDATE for f in found):
            told.validators.append(f"schématron {layer.name} ({pack.label})")


def judge(root: Element, pack: Installed, layer: Layer, outcome: Outcome) -> list[Finding]:
    """What a schematron said of the document, as findings, then what kept it from saying more."""
    said = _grouped(_failure(root, pack, layer, f) for f in outcome.failures)
    return [*said, *_unable(root, pack, layer, outcome)]


def _failure(root: Element, pack: Installed, layer: Layer, failure: Failure) -> Finding:
    """An official assert that failed, in its own words."""
    severity = Severity.ERROR
    if failure.role in _WARNING:
        severity = Severity.WARNING
    elif failure.role in _INFO:
        severity = Severity.INFO
    identity = f", {failure.identifier}" if failure.identifier else ""
    pattern = f", pattern {failure.pattern}" if failure.pattern else ""
    source = f"{Path(failure.file or layer.file).name}{pattern}{identity}, pack {pack.label}"
    expected = excerpt(" ".join(failure.test.split())) if failure.kind == "assert" else ""
    found = finding(
        layer.about.rule, place(root, failure.at), failure.text, severity=severity, expected=expected,
    )  # fmt: skip
    return found.model_copy(update={"source": source})


def _unable(root: Element, pack: Installed, layer: Layer, outcome: Outcome) -> Iterator[Finding]:
    """What keeps the layer from counting as passed."""
    name = f"Le schématron « {layer.name} »"
    if outcome.status == "compile":
        yield _reference("REF-002", f"{name} ne peut pas être compilé: {outcome.reason}", pack, layer)
        return
    if outcome.status != "ok":
        harness = outcome.status == "unavailable"
        origin = Origin.HARNESS if harness else Origin.REFERENCE
        words = f"{name} n'est pas allé au bout: {outcome.reason}"
        yield _reference("REF-001", words, pack, layer, origin=origin)
        return
    yield from _grouped(_fault(root, pack, layer, fault) for fault in outcome.faults)
    if outcome.dropped:
        words = f"{name} a trop de constats: {outcome.dropped} ne sont pas rendus"
        yield _reference("REF-001", words, pack, layer, severity=Severity.WARNING)
    if outcome.unknown:
        words = f"{name} veut activer des patterns qu'il n'a pas: {', '.join(outcome.unknown)}"
        yield _reference("REF-004", words, pack, layer, severity=Severity.WARNING)
    if outcome.fired < layer.least or not outcome.fired:
        severity = layer.about.few if outcome.fired < layer.least else Severity.INFO
        words = f"{name} n'a presque rien contrôlé" if outcome.fired else f"{name} n'a rien contrôlé"
        least = max(layer.least, 1)
        yield _reference(
            "REF-004", words, pack, layer, severity=severity,
            expected=f"{least} règle(s) déclenchée(s) au moins", actual=f"{outcome.fired}",
        )  # fmt: skip


def _fault(root: Element, pack: Installed, layer: Layer, fault: Fault) -> Finding:
    """A check that could not be evaluated: a value set that the pack lacks, or an expression that breaks."""
    where = place(root, fault.at)
    if fault.code == "absent":
        words = f"Le schématron « {layer.name} » cherche des codes dans un fichier absent du pack: {fault.reason}"
        return _reference("REF-003", words, pack, layer, where=where)
    words = f"Une assertion de « {layer.name} » ne peut pas être évaluée ici: {fault.reason} ({fault.code})"
    return _reference("REF-005", words, pack, layer, where=where, actual=fault.test)


def _reference(
    rule: str,
    message: str,
    pack: Installed | None = None,
    layer: Layer | None = None,
    *,
    where: str = _DOCUMENT,
    severity: Severity | None = None,
    origin: Origin = Origin.REFERENCE,
    expected: str = "",
    actual: str = "",
) -> Finding:
    found = finding(rule, where, message, severity=severity, origin=origin, expected=expected, actual=actual)
    named = [layer.file if layer else "", f"pack {pack.label}" if pack else ""]
    source = ", ".join(filter(None, named))
    return found.model_copy(update={"source": source or found.source})


def _grouped(found: Iterable[Finding]) -> list[Finding]:
    """One finding for the same words of the same check, at its first place, counted; and a limit to how many."""
    first: dict[tuple[str, str, str], Finding] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for one in found:
        key = (one.rule, one.message, one.source)
        first.setdefault(key, one)
        times[key] += one.count
    kept = [one.model_copy(update={"count": times[key]}) for key, one in first.items()]
    # Errors first: what decides the verdict is never what the limit leaves out.
    kept.sort(key=lambda f: (Severity.ERROR, Severity.WARNING, Severity.INFO).index(f.severity))
    if len(kept) > _MOST_OF_RULE:
        more = sum(f.count for f in kept[_MOST_OF_RULE:])
        last = kept[_MOST_OF_RULE - 1]
        kept = [*kept[: _MOST_OF_RULE - 1], last.model_copy(update={"count": last.count + more})]
    return kept
