"""How our schema of CDA agrees with that of the CI-SIS: on the published examples, and on single faults of them.

    python tools/cda_agreement.py [--mutants 2600] [--seed 1] [--json FILE]

Needs ../shared (or REMPART_SHARED): the published examples and the official schema are not in this repository. Each
disagreement is also put to the official schema as xmlschema reads it. Exit code 1 when an example is judged otherwise,
when a disagreement is not one of tests/corpus/cda_schema_disagreements.yaml, or under 99 %.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from cda_mutations import KINDS, Mutant, Places, mutate  # noqa: E402
from shared import CORPUS_CDA, OFFICIAL_CDA  # noqa: E402

from rempart.formats.cda import parse_cda  # noqa: E402
from rempart.resources import schemas_dir  # noqa: E402

OURS = schemas_dir() / "cda" / "cda.xsd"
OFFICIAL = OFFICIAL_CDA / "infrastructure" / "cda" / "CDA_extended.xsd"
LONG = 400  # characters of a text that are kept for mutants
EXPLAINED = ROOT / "tests" / "corpus" / "cda_schema_disagreements.yaml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What both schemas say of one document: None when they accept it, else their first reason."""

    name: str
    mutant: Mutant | None
    official: str | None
    ours: str | None

    @property
    def same(self) -> bool:
        return (self.official is None) == (self.ours is None)

    @property
    def reason(self) -> str:
        return self.official or self.ours or ""


class Schemas:
    """Both schemas, and the time that each has taken so far."""

    def __init__(self) -> None:
        self.official = etree.XMLSchema(etree.parse(OFFICIAL))
        self.ours = etree.XMLSchema(etree.parse(OURS))
        self.seconds = {"official": 0.0, "ours": 0.0}

    def judge(self, name: str, root: etree._Element, mutant: Mutant | None = None) -> Outcome:
        # The first validation of a tree also marks its IDs: neither schema always comes first.
        order = ["official", "ours"] if len(name) % 2 else ["ours", "official"]
        said = {which: self._judge(which, root) for which in order}
        return Outcome(name, mutant, said["official"], said["ours"])

    def _judge(self, which: str, root: etree._Element) -> str | None:
        schema: etree.XMLSchema = getattr(self, which)
        started = time.perf_counter()
        valid = schema.validate(root)
        self.seconds[which] += time.perf_counter() - started
        return None if valid else str(next(iter(schema.error_log)).message)  # type: ignore[call-overload]


def examples() -> dict[str, etree._Element]:
    """ClinicalDocument of each published example, out of its envelope when it has one."""
    return {file.name: parse_cda(file.read_bytes()).root for file in sorted(CORPUS_CDA.glob("*.xml"))}


def shorten(documents: dict[str, etree._Element]) -> None:
    """Takes out the bulk of PDFs and images: neither schema looks inside, and each mutant is a copy of the document."""
    for root in documents.values():
        for node in root.iter(etree.Element):
            if node.text and len(node.text) > LONG:
                node.text = node.text[:LONG]


def mutants(documents: dict[str, etree._Element], count: int, seed: int) -> Iterator[tuple[str, Mutant]]:
    """`count` single faults, as many of each kind, half in the header, always the same for a seed."""
    draw = random.Random(seed)  # noqa: S311  # reproducible on purpose
    places = {name: Places(root) for name, root in documents.items()}
    names, kinds = sorted(places), list(KINDS)
    done = 0
    while done < count:
        name = draw.choice(names)
        found = mutate(places[name], kinds[done % len(kinds)], ("header", "body")[done // len(kinds) % 2], draw)
        if found is not None:
            done += 1
            yield name, found


@cache
def points() -> dict[str, Any]:
    """Where the two schemas are known to differ."""
    found: dict[str, Any] = yaml.safe_load(EXPLAINED.read_text("utf-8"))
    return found


def explanation(outcome: Outcome) -> str | None:
    """Key of the list that explains a disagreement, or None."""
    which = "stricter" if outcome.official is None else "looser"
    for key, point in points().items():
        if point["ours"] == which and any(re.search(words, outcome.reason) for words in point["words"]):
            return key
    return None


@cache
def other_reader() -> Any:
    """The official schema as xmlschema reads it: the arbiter when ours is said to be stricter."""
    import xmlschema

    return xmlschema.XMLSchema10(str(OFFICIAL), validation="skip")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=200 * len(KINDS), help="single faults to try (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the outcome of each disagreement to this file")
    options = parser.parse_args()
    if not OFFICIAL.is_file():
        print(f"{OFFICIAL} not found: put the official files in ../shared or set REMPART_SHARED", file=sys.stderr)
        return 2
    schemas, documents = Schemas(), examples()
    whole = [schemas.judge(name, root) for name, root in documents.items()]
    shorten(documents)
    tried = [schemas.judge(n, m.root, m) for n, m in mutants(documents, options.mutants, options.seed)]
    _table(whole, tried)
    apart = [o for o in (*whole, *tried) if not o.same]
    lost = _disagreements(apart)
    print(f"time: ours / official = {schemas.seconds['ours'] / schemas.seconds['official']:.2f}")
    if options.json:
        options.json.write_text(json.dumps([_row(o) for o in apart], ensure_ascii=False, indent=1), "utf-8")
    share = sum(o.same for o in tried) / len(tried)
    return int(bool(lost) or any(not o.same for o in whole) or share < 0.99)


def _table(whole: list[Outcome], tried: list[Outcome]) -> None:
    accepted = sum(o.official is None for o in whole)
    print(f"{'':32}{'tried':>7}{'same':>7}{'refused by both':>17}{'agreement':>11}")
    _row_of("published examples", whole)
    for kind in KINDS:
        for region in ("header", "body"):
            these = [o for o in tried if o.mutant and (o.mutant.kind, o.mutant.region) == (kind, region)]
            _row_of(f"{kind}, {region}", these)
    _row_of("all single faults", tried)
    print(f"{accepted} of {len(whole)} published examples are accepted by the official schema")


def _row_of(title: str, outcomes: list[Outcome]) -> None:
    same = sum(o.same for o in outcomes)
    refused = sum(o.official is not None and o.ours is not None for o in outcomes)
    share = f"{same / len(outcomes):.2%}" if outcomes else "-"
    print(f"{title:36}{len(outcomes):>5}{same:>7}{refused:>12}{share:>16}")


def _disagreements(apart: list[Outcome]) -> int:
    """Prints them; how many have no explanation."""
    keys = [explanation(o) for o in apart]
    for key, number in Counter(keys).items():
        print(f"disagreement: {key or 'UNEXPLAINED'}: {number}")
    for outcome, key in zip(apart, keys, strict=True):
        row = _row(outcome)
        print(f"  [{key or 'UNEXPLAINED'}] {row['document']}: {row['kind']} {row['detail']} at {row['place']}")
        print(f"      official: {row['official']}\n      ours:     {row['ours']}")
        if outcome.mutant:
            accepted = other_reader().is_valid(outcome.mutant.root)
            print(f"      official, read by xmlschema: {'accepted' if accepted else 'refused'}")
    return keys.count(None)


def _row(outcome: Outcome) -> dict[str, str]:
    mutant = outcome.mutant
    return {
        "document": outcome.name,
        "kind": mutant.kind if mutant else "as published",
        "detail": mutant.detail if mutant else "",
        "place": mutant.place.replace("{urn:hl7-org:v3}", "") if mutant else "/",
        "official": outcome.official or "accepted",
        "ours": outcome.ours or "accepted",
    }


if __name__ == "__main__":
    sys.exit(main())
