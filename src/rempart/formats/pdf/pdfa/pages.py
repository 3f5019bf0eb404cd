"""What pages draw: operators, colours, images and fonts that they use, forms, patterns and glyphs included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from rempart.formats.pdf.content import Contents, resources_of
from rempart.formats.pdf.pdfa import fonts, objects
from rempart.formats.pdf.pdfa.clauses import Breach, entries, get, items, name_of, objgen
from rempart.formats.pdf.pdfa.colours import check_space
from rempart.formats.pdf.pdfa.painting import Painting
from rempart.formats.pdf.read import PdfError

_MOST_PAGES = 500
_DEPTH = 20


def check(pdf: pikepdf.Pdf, intent: str) -> Iterator[Breach]:
    """Page by page; what several pages share is told once, at the first of them."""
    look = _Look(intent)
    for index, page in enumerate(pdf.pages, start=1):
        if index > _MOST_PAGES:
            yield Breach("6", f"page {index}", f"les pages au-delà de {_MOST_PAGES} ne sont pas contrôlées")
            return
        found = look.at(page.obj, resources_of(page.obj), f"page {index}", depth=0)
        yield from dict.fromkeys(found)  # a content may do the same thing many times


class _Look:
    """What was seen already, and the output intent of the file."""

    def __init__(self, intent: str) -> None:
        self._intent = intent
        self._contents = Contents()
        self._seen: set[tuple[int, int]] = set()

    def at(self, holder: Any, resources: Any, place: str, depth: int) -> Iterator[Breach]:
        """A page, a form, a pattern or a glyph, and all that it draws."""
        if depth > _DEPTH or self._known(holder):
            return
        yield from self._all(holder, resources, place, depth)

    def _known(self, value: Any) -> bool:
        key = objgen(value)
        if key == (0, 0):
            return False
        known = key in self._seen
        self._seen.add(key)
        return known

    def _all(self, holder: Any, resources: Any, place: str, depth: int) -> Iterator[Breach]:
        try:
            instructions = self._contents.of(holder)
        except PdfError as error:
            yield Breach("6.2.10", place, error.reason)
            return
        painting = Painting(instructions, inherits=depth > 0)
        for clause, message in painting.breaches:
            yield Breach(clause, place, message)
        defaults = get(resources, "ColorSpace")
        for family in sorted(painting.spaces):
            named = get(defaults, family)
            space = pikepdf.Name(f"/{family}") if named is None else named
            yield from check_space(space, self._intent, defaults, f"{place}, couleur {family}")
        yield from self._fonts(painting, resources, place, depth)
        yield from self._drawn(resources, place, depth)
        yield from self._inline(painting, defaults, place)

    def _fonts(self, painting: Painting, resources: Any, place: str, depth: int) -> Iterator[Breach]:
        known = dict(entries(get(resources, "Font")))
        for name, visible in sorted(painting.fonts.items()):
            font = known.get(name)
            if font is None:
                yield Breach("6.3.2", place, f"la police {name} n'est pas dans les ressources")
            elif not self._known(font):
                where = f"{place}, police {name_of(get(font, 'BaseFont')) or name}"
                yield from fonts.check(font, where, visible=visible)
                if name_of(get(font, "Subtype")) == "Type3":
                    own = get(font, "Resources")
                    for _, glyph in entries(get(font, "CharProcs")):
                        yield from self.at(glyph, resources if own is None else own, where, depth + 1)

    def _drawn(self, resources: Any, place: str, depth: int) -> Iterator[Breach]:
        """External objects, patterns, shadings and graphics states that the resources name."""
        defaults = get(resources, "ColorSpace")
        for name, form in entries(get(resources, "XObject")):
            where = f"{place}, {name}"
            if name_of(get(form, "Subtype")) == "Image":
                yield from self._image(form, defaults, where)
            elif isinstance(form, pikepdf.Stream):
                own = get(form, "Resources")
                yield from self.at(form, resources if own is None else own, where, depth + 1)
        for name, pattern in entries(get(resources, "Pattern")):
            if isinstance(pattern, pikepdf.Stream):
                yield from self.at(pattern, get(pattern, "Resources"), f"{place}, motif {name}", depth + 1)
            else:
                space = get(get(pattern, "Shading"), "ColorSpace")
                yield from check_space(space, self._intent, defaults, f"{place}, motif {name}")
        for name, shading in entries(get(resources, "Shading")):
            yield from check_space(get(shading, "ColorSpace"), self._intent, defaults, f"{place}, dégradé {name}")
        for name, state in entries(get(resources, "ExtGState")):
            if name_of(get(state, "Type")) != "ExtGState":
                yield from objects.graphics_state(state, f"{place}, état graphique {name}")

    def _image(self, image: Any, defaults: Any, place: str) -> Iterator[Breach]:
        if not self._known(image) and get(image, "ImageMask") is not True:
            yield from check_space(get(image, "ColorSpace"), self._intent, defaults, place)

    def _inline(self, painting: Painting, defaults: Any, place: str) -> Iterator[Breach]:
        for image in painting.images:
            values = dict(entries(image))
            space = values.get("ColorSpace", values.get("CS"))
            if space is not None:
                named = get(defaults, name_of(space))
                yield from check_space(space if named is None else named, self._intent, defaults, place)
            filters = {name_of(f) for f in items(values.get("Filter", values.get("F")))}
            if filters & {"LZWDecode", "LZW"}:
                yield Breach("6.1.10", place, "une image en ligne est comprimée par LZW")
            if values.get("Interpolate", values.get("I")) is True:
                yield Breach("6.2.4", place, "une image en ligne est interpolée")
