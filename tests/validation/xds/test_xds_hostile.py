"""Captures that are odd, broken or made to harm: a verdict and its reason, never a fault of ours, never a long wait."""

from __future__ import annotations

import time

import pytest
from validation.xds.sheet.hostile import HOSTILE
from validation.xds.sheet.sound import SOUND

from rempart.validation.document import validate_bytes

ENOUGH = 2.0  # seconds of CPU: the machine may be busy with something else
TOKENS = {name for name in HOSTILE if "assertion" in name or name.endswith(("references", "transforms", "transform"))}
TOKENS |= {"an issuer of 900 kB", "a reference to a file"}


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Schemas and rules are read once: that is not what is timed."""
    validate_bytes(SOUND["mtom"]().render())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    build, verdict, said = HOSTILE[name]
    data = build()
    begin = time.process_time()
    report = validate_bytes(data, kind="vihf" if name in TOKENS else "xds")
    spent = time.process_time() - begin
    assert report.verdict == verdict, (report.unreadable, report.findings[:5])
    assert "erreur de Rempart" not in report.unreadable
    if verdict == "erreur":
        assert said in report.unreadable
        assert [f.rule for f in report.findings[:1]] in (["DMP-005"], ["DMP-006"], ["XDS-006"])
    elif said:
        assert said in {f.rule for f in report.findings if f.blocks}
    else:
        assert report.findings == []
    assert spent < ENOUGH


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_recognised_or_not_it_is_judged(name: str) -> None:
    """Without --as: whatever it is taken for, the report is one."""
    data = HOSTILE[name][0]()
    report = validate_bytes(data)
    assert "erreur de Rempart" not in report.unreadable
    assert report.verdict in ("erreur", "non_conforme") or HOSTILE[name][1] == "conforme"
    if HOSTILE[name][1] == "conforme":
        assert report.kind.startswith("SOAP") and report.verdict == "conforme"
