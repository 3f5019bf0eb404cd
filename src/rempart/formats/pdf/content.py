"""Content streams: their instructions, within bounds, and how much work drawing a page is."""

from __future__ import annotations

from typing import Any

import pikepdf

from rempart.formats.pdf.read import PdfError

MAX_CONTENT = 16 * 1024 * 1024  # bytes of one content
MAX_INSTRUCTIONS = 1_000_000  # of all contents of a file, each counted once
MAX_COST = 20_000_000  # instructions of a page once the forms that it draws are unfolded
_DEPTH = 30  # forms inside one another


class Contents:
    """The instructions of pages, forms, patterns and glyphs of one file, each content read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], list[Any]] = {}
        self._costs: dict[tuple[int, int], int] = {}
        self._count = 0

    def of(self, holder: Any) -> list[Any]:
        """Instructions of a page or of a stream. PdfError when they cannot be read, or are too many."""
        key = holder.objgen
        if key != (0, 0) and key in self._read:
            return self._read[key]
        try:
            if sum(len(s.read_bytes()) for s in _streams(holder)) > MAX_CONTENT:
                raise PdfError(f"un contenu de page dépasse {MAX_CONTENT} octets")
            found = list(pikepdf.parse_content_stream(holder))
        except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
            if isinstance(error, PdfError):
                raise
            raise PdfError("un contenu de page ne se lit pas") from error
        self._count += len(found)
        if self._count > MAX_INSTRUCTIONS:
            raise PdfError(f"les contenus des pages comptent plus de {MAX_INSTRUCTIONS} instructions")
        if key != (0, 0):
            self._read[key] = found
        return found

    def cost(self, holder: Any, resources: Any, depth: int = 0) -> int:
        """Instructions to run to draw it, forms unfolded. PdfError beyond MAX_COST: a small file can ask for ages."""
        key = holder.objgen
        if key in self._costs:
            return self._costs[key]
        if depth > _DEPTH:
            raise PdfError("les formes d'une page sont imbriquées sans fin")
        instructions = self.of(holder)
        total = len(instructions)
        forms = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
        for instruction in instructions:
            if str(instruction.operator) != "Do" or not isinstance(forms, pikepdf.Dictionary):
                continue
            form = forms.get(str(instruction.operands[0])) if len(instruction.operands) else None
            if isinstance(form, pikepdf.Stream) and form.get("/Subtype") == "/Form":
                total += self.cost(form, form.get("/Resources", resources), depth + 1)
            if total > MAX_COST:
                raise PdfError("dessiner une page demande un travail démesuré")
        if key != (0, 0):
            self._costs[key] = total
        return total


def resources_of(page: Any) -> Any:
    """The resources of a page, its own or those of a parent; None without any."""
    node: Any = page
    for _ in range(_DEPTH):
        if not isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            return None
        found = node.get("/Resources")
        if found is not None:
            return found
        node = node.get("/Parent")
    return None


def _streams(holder: Any) -> list[pikepdf.Stream]:
    if isinstance(holder, pikepdf.Stream):
        return [holder]
    contents = holder.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return [p for p in parts if isinstance(p, pikepdf.Stream)]
