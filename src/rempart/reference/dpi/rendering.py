"""What the screen shows of a CDA document: its header, its PDF, and its narrative by one stylesheet or the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from lxml import etree

from rempart.formats.cda.header import CdaHeader, pdf_sections, tag
from rempart.formats.cda.read import CdaTree, parse_cda
from rempart.formats.pdf.read import PdfError
from rempart.reference.mutation import Mutants

CRITICAL = ("AA", "HH", "LL")
_OWN_TEMPLATE = "1.2.250.1.213.1.1.2.73"  # the one section of the model that this DPI writes
_NO_ACCESS: Any = etree.XSLTAccessControl.DENY_ALL  # type: ignore[attr-defined]  # the stubs forget it


class Rendering:
    """One document on the screen."""

    def __init__(self, cda: bytes, mutants: Mutants) -> None:
        self._tree: CdaTree = parse_cda(cda)
        self._mutants = mutants

    @cached_property
    def _header(self) -> CdaHeader:
        return self._tree.header

    @property
    def styled(self) -> bool:
        """It comes with a stylesheet of its own, and we apply it."""
        return self._tree.wrapper == "autoprésentable" and not self._mutants.on("feuille-de-style-ignoree")

    def header(self) -> dict[str, str]:
        h = self._header
        author = next(iter(h.authors), None)
        day = h.birth_time[:8]
        ins = f", INS {h.ins.extension}" if h.ins else ""
        said = f"{h.birth_name} {h.first_birth_name}, né(e) le {day[6:8]}/{day[4:6]}/{day[:4]}{ins}"
        hidden = self._mutants.on("auteur-non-affiche")
        return {
            "title": h.title,
            "created": h.effective_time,
            "patient": said,
            "author": f"{author.family} {author.given}" if author and not hidden else "",
            "organisation": author.organisation if author else "",
        }

    def pdf_text(self) -> str:
        """The words of the PDF; "" when the document has none, or it cannot be drawn."""
        from rempart.formats.pdf.render import pages_seen  # on demand: most actions draw nothing

        try:
            pdf = self._header.pdf
            return "\n".join(page.text for page in pages_seen(pdf)) if pdf else ""
        except (PdfError, ValueError):
            return ""

    def narrative(self) -> str:
        """The text of the body of a structured document."""
        if self._header.level != "N3":
            return ""
        if self.styled:
            transform = etree.XSLT(self._tree.tree, access_control=_NO_ACCESS)
            return _words(transform(self._tree.tree).getroot())
        hidden = pdf_sections(self._tree.root)
        return "\n".join(
            text
            for section in self._tree.root.iter(tag("section"))
            if section not in hidden and not self._skipped(section)
            for text in (_words(section.find(tag("title"))), _words(section.find(tag("text"))))
        )

    def _skipped(self, section: etree._Element) -> bool:
        models = [t.get("root") for t in section.iterchildren(tag("templateId"))]
        return self._mutants.on("section-ajoutee-non-affichee") and _OWN_TEMPLATE not in models

    def critical(self, codes: Sequence[str] = CRITICAL) -> bool:
        """Does a result of its entries have an interpretation that asks for an alert? A reference range has none."""
        watched = ("AA", "LL") if self._mutants.on("resultat-tres-haut-non-signale") else codes
        if self._mutants.on("resultats-critiques-non-signales"):
            return False
        found = [
            code.get("code")
            for observation in self._tree.root.iter(tag("observation"))
            for code in observation.iterchildren(tag("interpretationCode"))
        ]
        return any(code in watched for code in found) or bool(found and self._mutants.on("tout-resultat-signale"))


def _words(element: etree._Element | None) -> str:
    """The words of an element, a line per text."""
    if element is None:
        return ""
    return "\n".join(said for t in element.itertext() if (said := " ".join(str(t).split())))
