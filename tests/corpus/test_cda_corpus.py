"""The 94 published CDA examples: each has its expected verdict; what breaks the specification is written down."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from shared import CORPUS_CDA, OFFICIAL_CDA, needs_shared

from rempart.formats.cda import parse_cda
from rempart.resources import own_yaml, schemas_dir
from rempart.validation.cda import validate_cda
from rempart.validation.registry import rules

EXCEPTIONS = own_yaml(Path(__file__).parent / "cda_exceptions.yaml")
EXAMPLES = sorted(CORPUS_CDA.glob("*.xml"))


def expected(name: str) -> Counter[str]:
    return Counter({r: entry["files"][name] for r, entry in EXCEPTIONS.items() if name in entry["files"]})


@cache
def header_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(schemas_dir() / "cda" / "cda.xsd"))


@cache
def official_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(OFFICIAL_CDA / "infrastructure/cda/CDA_extended.xsd"))


@needs_shared
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_an_example_has_the_findings_written_down_and_no_other(file: Path) -> None:
    report = validate_cda(file.read_bytes())
    assert Counter(f.rule for f in report.findings if f.severity == "error") == expected(file.name)
    assert report.verdict == ("non_conforme" if expected(file.name) else "conforme")
    assert all("(ligne " in f.location for f in report.findings)


@needs_shared
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_both_schemas_accept_an_example(file: Path) -> None:
    root = parse_cda(file.read_bytes()).root
    assert header_schema().validate(root), header_schema().error_log
    assert official_schema().validate(root)


def test_exceptions_are_explained_and_none_is_stale() -> None:
    assert set(EXCEPTIONS) <= set(rules())
    for entry in EXCEPTIONS.values():
        assert entry["reason"] and entry["files"]
        if EXAMPLES:
            assert set(entry["files"]) <= {f.name for f in EXAMPLES}


@needs_shared
def test_all_examples_are_there() -> None:
    assert len(EXAMPLES) == 94
