"""Archives written from the texts, without our writer: sound ones conform, faulty ones fail where they are faulty."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from validation.xdm.sheet.archives import (
    METADATA,
    N1_DOCUMENT,
    OTHER,
    SECOND_DOCUMENT,
    SOUND,
    entry,
    files,
    metadata,
    zipped,
)
from validation.xdm.sheet.broken import ADVISED, FAULTS
from validation.xdm.sheet.others import BY_OTHERS
from validation.xdm.sheet.zips import BROKEN, HOSTILE, ZIPS
from xdm_samples import files_of

from rempart.model.finding import Finding, Severity
from rempart.resources import own_yaml
from rempart.validation.document import validate_bytes

ROWS: list[dict[str, Any]] = own_yaml(Path(__file__).parent / "sheet" / "faults.yaml")
WARNED = {"no hash nor size": {"XDM-014"}, "act to the day": {"CDA-071"}, "URI from here": {"XDS-130"}}


def place(finding: Finding) -> str:
    return re.sub(r" \(ligne \d+\)$", "", finding.location)


@pytest.mark.parametrize("name", [*SOUND, *BY_OTHERS, *ZIPS])
def test_sound(name: str) -> None:
    report = validate_bytes((SOUND | BY_OTHERS | ZIPS)[name])
    assert report.verdict == "conforme", report.findings
    assert {f.rule for f in report.findings if f.severity is not Severity.INFO} == WARNED.get(name, set())


def spoilt(row: dict[str, Any]) -> bytes:
    files = files_of(SOUND[row.get("of", "one")])
    text = files[METADATA].decode()
    if "cut" in row:
        changed = re.sub(row["cut"], "", text, count=1, flags=re.DOTALL)
    else:
        (old, new), nth = row["meta"], row.get("nth", 1)
        parts = text.split(old)
        changed = old.join(parts[:nth]) + new + old.join(parts[nth:])
    assert changed != text
    return zipped(files | {METADATA: changed.encode()})


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['rule']} {r.get('cut') or r['meta'][1]}"[:90])
def test_one_fault_of_the_metadata(row: dict[str, Any]) -> None:
    report = validate_bytes(spoilt(row))
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    said = [(f.rule, f.location) for f in errors]
    assert [f for f in errors if f.rule == row["rule"] and (row["at"] == "*" or place(f).endswith(row["at"]))], said
    assert {f.rule for f in errors} <= {row["rule"], *row.get("also", ())}
    assert report.verdict == "non_conforme"


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_of_the_archive(name: str) -> None:
    data, verdict, rule, where = FAULTS[name]
    started = perf_counter()
    report = validate_bytes(data)
    assert perf_counter() - started < 5
    assert report.verdict == verdict, report.findings
    found = [f for f in report.findings if f.rule == rule and f.location.startswith(where)]
    assert found and found[0].severity is Severity.ERROR, [(f.rule, f.location) for f in report.findings]


@pytest.mark.parametrize("name", ADVISED)
def test_what_is_only_advised_blocks_nothing(name: str) -> None:
    data, rule = ADVISED[name]
    report = validate_bytes(data)
    assert {(f.rule, f.severity) for f in report.findings} == {(rule, Severity.WARNING)}
    assert report.verdict == "conforme"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_64_bit_directory_that_lies(name: str) -> None:
    report = validate_bytes(HOSTILE[name])
    assert report.verdict == "erreur"
    assert {f.rule for f in report.findings} <= {"XDM-001", "XDM-002"}


@pytest.mark.parametrize("name", BROKEN)
def test_one_fault_of_the_zip(name: str) -> None:
    data, rule, where = BROKEN[name]
    report = validate_bytes(data)
    assert report.verdict == "non_conforme"
    said = [(f.rule, f.location) for f in report.findings if f.severity is Severity.ERROR]
    assert any(r == rule and at.startswith(where) for r, at in said), said


def test_a_document_without_ins_is_of_the_patient_of_its_local_identifier() -> None:
    """One fault, its entry; the other document, which has the INS, is of the same patient."""
    ins = b'<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>'
    assert ins in SECOND_DOCUMENT
    without = SECOND_DOCUMENT.replace(ins, b"")
    made = metadata(entry(1, N1_DOCUMENT), entry(2, without, unique=OTHER))
    report = validate_bytes(zipped(files(made, N1_DOCUMENT, without)))
    assert {f.rule for f in report.findings if f.severity is Severity.ERROR} == {"XDS-032"}
