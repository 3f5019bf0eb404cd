"""Clauses 6.5, 6.6 and 6.9: annotations, their appearance and flags, forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from rempart.formats.pdf.pdfa.clauses import Breach, entries, get, items, name_of, number, same

_KNOWN = {"Text", "Link", "FreeText", "Line", "Square", "Circle", "Highlight", "Underline", "Squiggly", "StrikeOut",
          "Stamp", "Ink", "Popup", "Widget", "PrinterMark", "TrapNet"}  # fmt: skip
_INVISIBLE, _HIDDEN, _PRINT, _NO_VIEW = 1, 2, 4, 32
_MOST_PAGES = 2000


def check(pdf: pikepdf.Pdf) -> Iterator[Breach]:
    """Annotations page by page, then the form."""
    for index, page in enumerate(pdf.pages, start=1):
        if index > _MOST_PAGES:
            break
        for annotation in items(get(page.obj, "Annots")):
            yield from _annotation(annotation, f"page {index}, annotation {name_of(get(annotation, 'Subtype'))}")
    form = get(pdf.Root, "AcroForm")
    if form is not None:
        if get(form, "NeedAppearances") is True:
            yield Breach("6.9", "formulaire", "NeedAppearances demande au lecteur de dessiner les champs")
        if get(form, "XFA") is not None:
            yield Breach("6.9", "formulaire", "un formulaire XFA est interdit")


def _annotation(annotation: Any, place: str) -> Iterator[Breach]:
    kind = name_of(get(annotation, "Subtype"))
    if kind not in _KNOWN:
        yield Breach("6.5.2", place, f"le type d'annotation {kind or '(absent)'} est interdit")
    if not same(get(annotation, "CA"), 1.0):
        yield Breach("6.5.3", place, "l'annotation est transparente (CA)")
    if kind != "Popup":
        flags = int(number(get(annotation, "F")) or 0)
        if not flags & _PRINT:
            yield Breach("6.5.3", place, "l'annotation n'est pas imprimée (drapeau Print)")
        if flags & (_INVISIBLE | _HIDDEN | _NO_VIEW):
            yield Breach("6.5.3", place, "l'annotation est cachée (drapeaux Invisible, Hidden ou NoView)")
    yield from _appearance(annotation, kind, place)
    if kind == "Widget" and get(annotation, "A") is not None:
        yield Breach("6.9", place, "un champ de formulaire a une action")


def _appearance(annotation: Any, kind: str, place: str) -> Iterator[Breach]:
    appearance = get(annotation, "AP")
    if appearance is None:
        if kind == "Widget":
            yield Breach("6.9", place, "un champ de formulaire n'a pas d'apparence (AP)")
        return
    if {key for key, _ in entries(appearance)} != {"N"}:
        yield Breach("6.5.3", place, "l'apparence (AP) a d'autres états que N, ou pas celui-là")
