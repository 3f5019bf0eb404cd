"""A spreadsheet read into REMs: the sheets that look like one, whatever the order of their columns."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rempart.catalog.sheets.assemble import Assembly
from rempart.catalog.sheets.columns import Column, ignored_on_purpose, recognise
from rempart.catalog.sheets.errors import SheetError
from rempart.catalog.sheets.model import DISPOSITIFS, Rem
from rempart.catalog.sheets.workbook import Sheet, file_bytes, read_sheets

MAX_HEADER_LINE = 40
_NEEDED = {"id", "statement"}


@dataclass
class Import:
    """What was read: a REM per dispositif, and what a person should know of the reading (French lines)."""

    rems: list[Rem]
    notes: list[str] = field(default_factory=list)


def read_rem(path: Path, *, edition: str = "", dispositif: str = "") -> Import:
    """Reads `.xlsx`, `.csv` or our own `.json`. Raises SheetError when no exigence can be read.

    `edition` is the file's name by default. `dispositif` is needed when neither the file's name, a column nor the
    prefixes of the ids say it.
    """
    data = file_bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    edition = edition or path.stem
    if path.suffix.lower() == ".json":
        return Import(_from_json(path, data, edition))
    notes: list[str] = []
    assembly = Assembly()
    for sheet in read_sheets(path, data):
        notes += sheet.problems
        notes += _read_sheet(sheet, assembly)
    if not assembly.requirements:
        wanted = "une ligne de titres avec au moins « N° exigence » (ou « ID ») et « Énoncé » (ou « Exigence »)"
        raise SheetError(f"{path}: aucune feuille d'exigences: {wanted} est attendue. {' '.join(notes)}".strip())
    notes += assembly.problems
    groups = assembly.by_dispositif(dispositif or _dispositif_of(path.name))
    if "" in groups:
        raise SheetError(
            f"{path}: rien ne dit de quel dispositif sont {len(groups[''])} exigence(s): "
            f"précisez --dispositif {' ou '.join(DISPOSITIFS)}"
        )
    now = datetime.now(UTC).replace(microsecond=0)
    return Import(
        [
            Rem(dispositif=d, edition=edition, requirements=found, source=path.name, sha256=digest, imported=now)
            for d, found in groups.items()
        ],
        notes,
    )


def _from_json(path: Path, data: bytes, edition: str) -> list[Rem]:
    try:
        items = json.loads(data)
        rems = [Rem.model_validate(_without_results(item)) for item in (items if isinstance(items, list) else [items])]
    except (ValueError, ValidationError, RecursionError) as error:
        raise SheetError(f"{path}: JSON illisible: {str(error).splitlines()[0]}") from None
    if not rems or not all(r.requirements and r.dispositif in DISPOSITIFS for r in rems):
        raise SheetError(f"{path}: aucun REM connu dans ce JSON")
    digest = hashlib.sha256(data).hexdigest()
    now = datetime.now(UTC).replace(microsecond=0)
    update = {"edition": edition, "source": path.name, "sha256": digest, "imported": now}
    return [rem.model_copy(update=update) for rem in rems]


def _without_results(item: Any) -> Any:
    """What was exported with a campaign's verdicts, without them."""
    if isinstance(item, dict):
        return {k: _without_results(v) for k, v in item.items() if not ignored_on_purpose(str(k))}
    return [_without_results(v) for v in item] if isinstance(item, list) else item


def _dispositif_of(name: str) -> str:
    """`REM-HOP-DPI-Va2.xlsx` says it."""
    found = [d for d in DISPOSITIFS if re.search(d.replace("-", "[-_ ]?"), name, re.I)]
    return found[0] if len(found) == 1 else ""


def _read_sheet(sheet: Sheet, assembly: Assembly) -> Iterator[str]:
    at, columns = _columns(sheet)
    if columns is None:
        yield f"feuille « {sheet.name} »: pas un tableau d'exigences, ignorée"
        return
    titles = sheet.rows[at]
    unknown = [t for n, t in enumerate(titles) if t and n not in columns and not ignored_on_purpose(t)]
    if unknown:
        yield f"feuille « {sheet.name} »: colonnes ignorées: {', '.join(unknown[:12])}" + (
            f" et {len(unknown) - 12} autres" if len(unknown) > 12 else ""
        )
    before = len(assembly.requirements)
    for number, row in enumerate(sheet.rows[at + 1 :], at + 2):
        values = {column: row[n] for n, column in columns.items() if n < len(row) and row[n]}
        if values:
            assembly.row(f"{sheet.name}, ligne {number}", values)
    yield f"feuille « {sheet.name} »: {len(assembly.requirements) - before} exigence(s) lue(s)"


def _columns(sheet: Sheet) -> tuple[int, dict[int, Column] | None]:
    """The line of titles, found by its content, and what each column holds."""
    for at, row in enumerate(sheet.rows[:MAX_HEADER_LINE]):
        columns: dict[int, Column] = {}
        for n, title in enumerate(row):
            column = recognise(title) if title else None
            if column is not None and column not in columns.values():
                columns[n] = column
        if {c.name for c in columns.values() if not c.own} >= _NEEDED:
            return at, columns
    return 0, None
