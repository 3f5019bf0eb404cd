"""Our schema and that of the CI-SIS judge alike the examples and single faults of them, save what is listed."""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from cda_edit import edit
from cda_samples import SAMPLES
from lxml import etree
from shared import needs_shared

from rempart.formats.cda import build, parse_cda

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from cda_agreement import OFFICIAL, Schemas, examples, explanation, mutants, points, shorten  # noqa: E402
from cda_mutations import KINDS  # noqa: E402

SHOWN = [(key, tuple(change)) for key, point in points().items() for change in point["shown_by"]]
COUNT = 2_080  # 160 of each of 13 kinds, half in the header


@cache
def schemas() -> Schemas:
    return Schemas()


@cache
def official_read_by_xmlschema() -> Any:
    return xmlschema.XMLSchema10(str(OFFICIAL), validation="skip")


@needs_shared
def test_single_faults_of_the_published_examples_are_judged_alike() -> None:
    documents = examples()
    assert [o for name, root in documents.items() if not (o := schemas().judge(name, root)).same] == []
    shorten(documents)
    tried = [schemas().judge(name, mutant.root, mutant) for name, mutant in mutants(documents, COUNT, seed=1)]
    drawn = Counter((o.mutant.kind, o.mutant.region) for o in tried if o.mutant)
    assert set(drawn.values()) == {COUNT // len(KINDS) // 2}
    assert 0.5 < sum(o.official is not None for o in tried) / COUNT < 0.9  # the faults are faults, and not all of them
    apart = [o for o in tried if not o.same]
    assert len(apart) <= COUNT // 100
    assert [(o.name, o.mutant, o.reason) for o in apart if explanation(o) is None] == []


@needs_shared
@pytest.mark.parametrize(("key", "change"), SHOWN, ids=lambda value: str(value)[:60])
def test_a_listed_point_is_one_of_libxml2_and_not_of_the_schemas(key: str, change: tuple[str, ...]) -> None:
    root = parse_cda(edit(build(SAMPLES["n1"]), change)).root
    outcome = schemas().judge(key, root)
    assert not outcome.same
    assert explanation(outcome) == key
    assert not official_read_by_xmlschema().is_valid(root)


def test_the_documentation_tells_every_listed_point() -> None:
    page = (ROOT / "docs" / "cda-schemas.md").read_text("utf-8")
    assert [key for key in points() if f"`{key}`" not in page] == []


@needs_shared
def test_the_same_seed_draws_the_same_faults() -> None:
    name, root = next(iter(examples().items()))
    first, again = ([etree.tostring(m.root) for _, m in mutants({name: root}, 26, seed=7)] for _ in range(2))
    assert first == again
    assert len(set(first)) > 20
