"""Do our compiler and the ISO skeleton say the same? Findings and fired rules, on every document of a folder.

usage: schematron_agreement.py FOLDER --iso DIR [--pack NAME[@EDITION]] [--files DIR]

DIR holds iso_dsdl_include.xsl, iso_abstract_expand.xsl and iso_svrl_for_xslt2.xsl (the reference implementation for
XSLT 2, for instance lib/schematron of the npm package node-xsl-schematron). Both are run by SaxonC on the installed
pack; --files gives the skeleton a copy of it that is case-clean and has the derived files, because it opens inclusions
by their exact name. Exit code 1 when one pair of a document and a schematron differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from rempart.formats.cda.read import parse_cda
from rempart.validation.packs.plan import layers
from rempart.validation.packs.store import find
from rempart.validation.schematron.engine import MAX_TEXT, Engine
from rempart.validation.schematron.outcome import Outcome

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_KIND = {"assert": "failed-assert", "report": "successful-report"}
Said = tuple[int, Counter[tuple[str, str]]]  # rules that fired; kind and words of each finding, without spaces


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--iso", type=Path, required=True)
    parser.add_argument("--pack", default="ci-sis-cda")
    parser.add_argument("--files", type=Path)
    options = parser.parse_args()
    pack, engine = find(options.pack), Engine()
    reference = _Skeleton(engine._saxon, options.iso)
    counts: Counter[str] = Counter()
    for file in sorted(options.folder.glob("*.xml")):
        tree = parse_cda(file.read_bytes())
        text = etree.tostring(tree.root, encoding="unicode", with_tail=False)
        for layer in layers(pack, tree.header):
            if not layer.file:
                continue
            ours = engine.run(pack.root, layer.file, text, pack.stamp)
            theirs = reference.said((options.files or pack.root).resolve() / layer.file, text)
            counts["pairs"] += 1
            if ours.status != "ok" or isinstance(theirs, str):
                counts[f"not run: ours {ours.status}, ISO {'no' if isinstance(theirs, str) else 'yes'}"] += 1
                continue
            _compare(file.name, layer.file, _ours(ours), theirs, counts)
    print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    return 1 if counts["differ"] else 0


def _compare(document: str, schematron: str, ours: Said, theirs: Said, counts: Counter[str]) -> None:
    counts["compared"] += 1
    counts["fired rules"] += ours[0]
    counts["findings"] += ours[1].total()
    if ours == theirs:
        return
    counts["differ"] += 1
    print(f"{document} {schematron}: {ours[0]} rules, ISO {theirs[0]}")
    for title, found in (("ours only", ours[1] - theirs[1]), ("ISO only", theirs[1] - ours[1])):
        print(f"  {title}: {list(found)[:2]}")


def _ours(outcome: Outcome) -> Said:
    return outcome.fired, Counter((_KIND[f.kind], _packed(f.text)) for f in outcome.failures)


def _packed(text: str) -> str:
    return "".join(text[:MAX_TEXT].split())


class _Skeleton:
    """The reference implementation: three stylesheets that make a fourth."""

    def __init__(self, saxon: Any, folder: Path) -> None:
        self._saxon = saxon
        self._folder = folder
        self._work = Path(tempfile.mkdtemp(prefix="rempart-iso-"))
        self._sheet = cache(self._compiled)

    def said(self, schematron: Path, text: str) -> Said | str:
        """What it says of a document; the reason when it does not compile or stops."""
        try:
            svrl = self._sheet(schematron).transform_to_string(xdm_node=self._saxon.parse_xml(xml_text=text))
        except Exception as error:  # SaxonC raises its own, without a common base
            return str(error)
        root = etree.fromstring(svrl.encode("utf-16"), etree.XMLParser(huge_tree=True))
        found = root.iter(*(f"{_SVRL}{kind}" for kind in _KIND.values()))
        said = Counter((f.tag.removeprefix(_SVRL), _packed(_words(f))) for f in found)
        return sum(1 for _ in root.iter(f"{_SVRL}fired-rule")), said

    def _compiled(self, schematron: Path) -> Any:
        steps = [schematron, *(self._work / f"{schematron.stem}.{n}.xml" for n in range(3))]
        phase = etree.parse(schematron).getroot().get("defaultPhase")
        names = ("iso_dsdl_include", "iso_abstract_expand", "iso_svrl_for_xslt2")
        for name, source, target in zip(names, steps, steps[1:], strict=False):
            processor = self._saxon.new_xslt30_processor()
            if phase and name == names[-1]:
                processor.set_parameter("phase", self._saxon.make_string_value(phase))
            sheet = processor.compile_stylesheet(stylesheet_file=str(self._folder / f"{name}.xsl"))
            sheet.transform_to_file(source_file=str(source), output_file=str(target))
        made = etree.parse(steps[-1])  # addresses of documents are relative to the schematron
        made.getroot().set("{http://www.w3.org/XML/1998/namespace}base", schematron.as_uri())
        made.write(steps[-1], encoding="utf-8")
        return self._saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(steps[-1]))


def _words(finding: Any) -> str:
    text = finding.find(f"{_SVRL}text")
    return "" if text is None else "".join(text.itertext())


if __name__ == "__main__":
    sys.exit(main())
