"""The published mutation experiment: each defect is found, at its place, on our report and on the published one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from cda_edit import edit
from cda_samples import sample
from shared import CORPUS_CDA, needs_shared

from rempart.resources import own_yaml
from rempart.validation.cda import validate_cda

DEFECTS: list[dict[str, Any]] = own_yaml(Path(__file__).parent / "missed_defects.yaml")
PUBLISHED = CORPUS_CDA / "IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml"


def found(data: bytes, defect: dict[str, Any], change: list[str]) -> list[str]:
    """Where the rule finds something that it did not find before, without line and without index."""
    declared: dict[str, Any] = {"destination": "dmp"} if defect.get("dmp") else {}
    before = {(f.rule, f.location) for f in validate_cda(data, **declared).findings}
    report = validate_cda(edit(data, tuple(change)), **declared)
    severity = defect.get("severity", "error")
    if severity == "error":
        assert report.verdict == "non_conforme"
    own = [f for f in report.findings if f.rule == defect["rule"] and f.severity == severity]
    return [f.location for f in own if (f.rule, f.location) not in before]


def same_place(location: str, wanted: str) -> bool:
    bare = re.sub(r"\[\d+\]|/@\w+$", "", location.split(" (ligne")[0].removeprefix("/ClinicalDocument"))
    return bare == re.sub(r"\[\d+\]|/@\w+$", "", wanted)


def test_every_defect_of_the_experiment_is_there() -> None:
    assert len(DEFECTS) >= 68
    assert len({d["name"] for d in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d["name"])
def test_a_defect_is_found_in_our_report(defect: dict[str, Any]) -> None:
    places = found(sample("imaging"), defect, defect.get("ours", defect["edit"]))
    assert any(same_place(p, defect["at"]) for p in places), places


@needs_shared
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d["name"])
def test_a_defect_is_found_in_the_published_report(defect: dict[str, Any]) -> None:
    places = found(PUBLISHED.read_bytes(), defect, defect["edit"])
    assert any(same_place(p, defect["at"]) for p in places), places
