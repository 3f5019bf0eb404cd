"""report.xlsx: the record as five sheets, for those who sort, filter and annotate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rempart.catalog.sheets.workbook import MAX_CELL
from rempart.catalog.sheets.xlsx import MAX_SHEET_ROWS, Table, Value, write_workbook
from rempart.model.results import Results
from rempart.reporting import words
from rempart.reporting.messages import visible
from rempart.reporting.outline import Outline, section_of

_WIDTHS = {
    "Titre": 40, "Énoncé": 70, "Énoncé officiel": 70, "Section": 28, "Nom": 50, "Raison": 50, "Objet": 50,
    "Constat": 70,
    "Source": 40, "Attendu": 24, "Constaté": 24, "Fichier": 30, "SHA-256": 24, "Verdict": 16, "Dispositif": 16,
    "Exigence": 16, "Scénario": 20, "Preuve": 20, "Nature": 18, "Statut": 28, "Lieu": 26, "Valeur": 60, "Élément": 34,
    "Échanges": 30, "Fonctionnalité": 34, "Interprétation": 50,
}  # fmt: skip


def write_xlsx(results: Results, digest: str, plan: Outline, path: Path) -> None:
    """Sheets Synthèse, Exigences, Scénarios, Preuves, Constats; each scenario is one row of the third.

    Raises OSError when the file cannot be written.
    """
    write_workbook(
        path,
        [
            Table("Synthèse", ["Élément", "Valeur"], _bounded(_summary(results, digest, plan)), _WIDTHS),
            Table("Exigences", _REQUIREMENTS, _bounded(_requirements(plan)), _WIDTHS),
            Table("Scénarios", _SCENARIOS, _bounded(_scenarios(plan)), _WIDTHS),
            Table("Preuves", _PREUVES, _bounded(_preuves(plan)), _WIDTHS),
            Table("Constats", _FINDINGS, _bounded(_findings(plan)), _WIDTHS),
        ],
        title=f"Rapport de preuves: {results.campaign.candidate.name} {results.campaign.candidate.version}",
    )


def _bounded(rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
    """What a cell and a sheet can hold; what is cut says so, and results.json has it all."""
    for number, row in enumerate(rows, 3):
        if number > MAX_SHEET_ROWS:
            yield ["… la suite est dans results.json"]
            return
        yield [_cut(visible(v)) if isinstance(v, str) else v for v in row]


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 20] + "… (texte coupé)"


def _summary(results: Results, digest: str, plan: Outline) -> Iterator[list[Value]]:
    c = results.campaign
    yield ["Candidat", f"{c.candidate.name} {c.candidate.version}"]
    yield ["Éditeur", c.candidate.publisher]
    yield ["Référence (NIL)", c.candidate.reference]
    yield ["Dispositifs", ", ".join(c.candidate.dispositifs)]
    yield ["Profils", ", ".join(c.candidate.profiles)]
    yield ["Campagne", c.id]
    yield ["Début", f"{c.started:%Y-%m-%d %H:%M:%S %Z}"]
    yield ["Fin", f"{c.finished:%Y-%m-%d %H:%M:%S %Z}" if c.finished else "non terminée"]
    if c.interrupted:
        yield ["Interruption", "la campagne a été interrompue: ce qui n'a pas été joué est non testé"]
    yield ["Verdict de la campagne", f"{results.verdict.label}: {words.MEANING[results.verdict]}"]
    yield ["SHA-256 de results.json", digest]
    for name, value in c.versions.items():
        yield [f"Version: {name}", value]
    for title, groups in plan.counts().items():
        for group in groups:
            for unit, counts in (("exigences", group.requirements), ("scénarios", group.scenarios)):
                told = ", ".join(f"{v.label}: {counts[v]}" for v in words.ORDER if counts[v])
                yield [f"{title}, {group.name}, {unit}", told or "aucun"]
    for problem in results.problems:
        yield ["Problème rencontré par Rempart", problem]


_REQUIREMENTS = [
    "Dispositif", "Section", "Exigence", "Titre", "Nature", "Profil", "Verdict", "Scénarios joués", "Énoncé",
    "Énoncé officiel", "Source", "Interprétation",
]  # fmt: skip


def _requirements(plan: Outline) -> Iterator[list[Value]]:
    for r in plan.requirements:
        head: list[Value] = [r.dispositif, section_of(r), r.id]
        if r.record is None:
            yield [*head, "", "", "", r.verdict.label, len(r.scenarios)]
            continue
        official = r.record.official_wording
        quoted = f"{official.statement}\n({official.edition}, {official.id})" if official else ""
        told: list[Value] = [r.record.title, r.record.nature, r.record.profile, r.verdict.label, len(r.scenarios)]
        yield [*head, *told, r.record.statement, quoted, r.record.source, r.record.note]


_SCENARIOS = [
    "Dispositif", "Section", "Exigence", "Scénario", "Nom", "Verdict", "Raison", "Obligatoire", "Écarts", "Constats",
    "Échanges", "Durée (s)", "Début", "Fonctionnalité", "Clé",
]  # fmt: skip


def _scenarios(plan: Outline) -> Iterator[list[Value]]:
    for r in plan.requirements:
        for view in r.scenarios:
            s = view.record
            blocking = sum(n.finding.blocks for n in view.findings)
            started = f"{s.started:%Y-%m-%d %H:%M:%S}" if s.started else ""
            yield [
                s.dispositif, section_of(r), s.requirement_id, s.scenario_id, s.name, s.verdict.label, s.reason,
                "oui" if s.mandatory else "non", blocking, len(view.findings), len(view.exchanges),
                round(s.duration_ms / 1000, 3), started, s.feature, s.key,
            ]  # fmt: skip


_PREUVES = ["Dispositif", "Section", "Exigence", "Preuve", "Nature", "Objet", "Statut", "Raison", "Fichier", "SHA-256"]


def _preuves(plan: Outline) -> Iterator[list[Value]]:
    for r in plan.requirements:
        for p in r.record.preuves if r.record else []:
            kind, status = words.PREUVE_KIND.get(p.kind, p.kind), words.PREUVE_STATUS.get(p.status, p.status)
            yield [r.dispositif, section_of(r), r.id, p.id, kind, p.label, status, p.reason, p.file, p.sha256]


_FINDINGS = [
    "Dispositif", "Scénario", "Nom", "Règle", "Gravité", "Imputé à", "Lieu", "Constat", "Attendu", "Constaté", "Source",
    "Édition", "Nombre", "Échanges",
]  # fmt: skip


def _findings(plan: Outline) -> Iterator[list[Value]]:
    for view in plan.scenarios():
        s = view.record
        for numbered in view.findings:
            f = numbered.finding
            yield [
                s.dispositif, s.scenario_id, s.name, f.rule, words.SEVERITY[f.severity], words.ORIGIN[f.origin],
                f.location, f.message, f.expected, f.actual, f.source, f.edition, f.count,
                ", ".join(numbered.exchanges),
            ]  # fmt: skip
