"""Spreadsheets of our own words, in the layouts and with the accidents of real ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

RC = [
    "Périmètre (Vague 1/Vague 2)", "ID", "Chapitre", "Fonction", "Exigence", "Commentaire", "Nature de l'exigence",
    "Profil", "N° scénario", "Scénario de conformité",
    *(t for n in range(1, 11) for t in (f"N° preuve {n}", f"Preuve {n}")),
    "Statut publication", "VA N-1", "Criticité", "Ordre",
]  # fmt: skip
V1 = [
    "Exigence conditionnelle (OUI/NON)", "Profil", "ID Section", "Section", "Bloc", "Fonction",
    "Nature de l'exigence (EXIGENCE/PRECONISATION)", "N° exigence",
    "Énoncé de l'exigence (DOIT) ou de la préconisation (PEUT)", "N° scénario", "Scénario de conformité",
    *(t for n in range(1, 11) for t in (f"N° preuve {n}", f"Preuve {n}")),
]  # fmt: skip
CONVERGENCE = [
    "Périmètre", "ID", "Chapitre", "Fonction", "Exigence", "Commentaire", "Profil", "N° scénario",
    "Scénario de conformité", "N° preuve", "Preuve", "Profil historique", "Criticité", "Ordre",
]  # fmt: skip


def workbook(
    path: Path,
    titles: Sequence[str],
    rows: Iterable[dict[str, object]],
    *,
    before: Iterable[Sequence[object]] = (),
    merged: Iterable[str] = (),
) -> Path:
    """Two sheets, as published files have: the exigences, and a list of documents."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Exigences REM vague 2"
    for line in before:
        sheet.append(list(line))
    sheet.append(list(titles))
    for row in rows:
        unknown = set(row) - set(titles)
        assert not unknown, unknown
        sheet.append([row.get(t) for t in titles])
    for area in merged:
        sheet.merge_cells(area)
    other = book.create_sheet("Liste Référentiels")
    other.append(["Référentiel", "Version"])
    other.append(["CI-SIS", "1.16"])
    book.save(path)
    return path
