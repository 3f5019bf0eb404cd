"""The verdict of every document of a folder by each validator: our rules, the official XSD, each official schematron.

usage: cda_table.py FOLDER [--pack NAME[@EDITION]]

Prints Markdown. `ok 302` is a schematron without an error, that fired 302 rules; `2 err.` its errors; `(3 av.)` its
warnings; `REF-004` what kept it from concluding. The pack must be installed (`rempart schemas install`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from rempart.formats.cda.read import CdaTree, parse_cda
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.validate import validate_cda
from rempart.validation.packs.official import Official, check_schema, judge
from rempart.validation.packs.plan import Layer, layers
from rempart.validation.packs.store import Installed, find
from rempart.validation.schematron.client import run_schematron

_COLUMNS = ("IHE", "ModelesDeContenusCDA", "StructurationMinimale", "Modeles_ANS")
_REASONS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
_WARNINGS = (Severity.WARNING,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pack", default="ci-sis-cda")
    arguments = parser.parse_args()
    pack = find(arguments.pack)
    print(f"Pack {pack.label}, édition 1.16 de la Structuration minimale pour nos règles.\n")
    print(f"| document | niveau | XSD | {' | '.join(_COLUMNS)} | modèle | nos règles | d'accord |")
    print("| --- " * (len(_COLUMNS) + 6) + "|")
    ours_alone: dict[str, list[str]] = {}
    theirs_alone: list[str] = []
    names = sorted(arguments.folder.glob("*.xml"))
    for file in names:
        data = file.read_bytes()
        tree = parse_cda(data)
        cells, refused = _official(tree, pack)
        wrong = sorted({f.rule for f in validate_cda(data, packs=()).findings if f.blocks})
        if wrong and not refused:
            ours_alone[file.name] = wrong
        elif refused and not wrong:
            theirs_alone.append(file.name)
        agree = "oui" if refused == bool(wrong) else "**non**"
        said = " | ".join([*cells, ", ".join(wrong) or "conforme", agree])
        print(f"| {file.name} | {tree.header.level or '?'} | {said} |")
    _explain(len(names), ours_alone, theirs_alone)


def _explain(documents: int, ours_alone: dict[str, list[str]], theirs_alone: list[str]) -> None:
    """Why our rules and the official layers differ, rule by rule and document by document."""
    same = documents - len(ours_alone) - len(theirs_alone)
    print(f"\n{documents} documents: {same} jugés pareil (refusés ou non) par nos règles et les couches officielles,")
    print(f"{len(ours_alone)} refusés par nos règles seules, {len(theirs_alone)} par les couches officielles seules.\n")
    print("Refusés par nos règles seules, règle par règle:\n")
    reasons = _read("cda_exceptions.yaml")
    for rule in sorted({r for rules in ours_alone.values() for r in rules}):
        count = sum(rule in rules for rules in ours_alone.values())
        print(f"- {rule}, {count} document(s): {reasons.get(rule, {}).get('reason', 'sans explication')}")
    print("\nRefusés par les couches officielles seules:\n")
    official = _read("cda_official.yaml")
    for name in theirs_alone:
        print(f"- {name}: {official.get(name, 'sans explication')}")


def _read(name: str) -> dict[str, Any]:
    """Reasons written beside the tests of the published examples."""
    found: dict[str, Any] = yaml.safe_load((_REASONS / name).read_text("utf-8"))
    return found


def _official(tree: CdaTree, pack: Installed) -> tuple[list[str], bool]:
    """A cell for each validator, and whether one of them refuses the document."""
    told = Official()
    check_schema(tree, pack, told)
    cells = {"XSD": _cell(told.findings, None)}
    everything = list(told.findings)
    text = etree.tostring(tree.root, encoding="utf-8", with_tail=False)
    for layer in layers(pack, tree.header):
        column = layer.about.name if layer.about.name in _COLUMNS else "modèle"
        if layer.about.not_run:
            continue
        if layer.not_run:
            cells[column] = "aucun"
            continue
        outcome = run_schematron(pack.root, layer.file, text, pack.stamp)
        found = list(judge(tree.root, pack, layer, outcome))
        everything += found
        cells[column] = _named(layer, column) + _cell(found, outcome.fired)
    row = [cells.get(name, "-") for name in ("XSD", *_COLUMNS, "modèle")]
    return row, any(f.blocks for f in everything)


def _named(layer: Layer, column: str) -> str:
    return f"{layer.name}: " if column == "modèle" else ""


def _cell(found: Sequence[Finding], fired: int | None) -> str:
    errors = sum(f.count for f in found if f.blocks)
    warnings = sum(f.count for f in found if f.severity in _WARNINGS and f.origin == "candidate")
    unable = sorted({f.rule for f in found if f.origin != "candidate"})
    said = f"{errors} err." if errors else "ok" if not unable else ", ".join(unable)
    return " ".join(_parts(said, fired, warnings))


def _parts(said: str, fired: int | None, warnings: int) -> Iterator[str]:
    yield said
    if fired is not None:
        yield str(fired)
    if warnings:
        yield f"({warnings} av.)"


if __name__ == "__main__":
    main()
