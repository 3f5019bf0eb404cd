"""Hostile mails written without our writers: a clear finding or `erreur`, never a failure of ours, never slow."""

from __future__ import annotations

import time

import pytest
from validation.mail.sheet.hostile import HOSTILE, MB
from validation.mail.test_mail_sheet import place

from rempart.model.finding import Severity
from rempart.validation.document import validate_bytes


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", HOSTILE)
def test_an_attack_is_told_and_quick(name: str) -> None:
    make, verdict, rule, where = HOSTILE[name]
    data = make()
    started = time.process_time()
    report = validate_bytes(data)
    assert time.process_time() - started < (2 if len(data) <= MB else 8)
    assert "erreur de Rempart" not in report.unreadable, report.unreadable
    said = [(f.rule, f.severity, place(f)) for f in report.findings]
    assert report.verdict == verdict, said[:20]
    if verdict == "erreur":
        assert report.unreadable
    if rule:
        wanted = {Severity.WARNING, Severity.INFO} if verdict == "conforme" else {Severity.ERROR, Severity.WARNING}
        assert [s for r, s, at in said if r == rule and at.endswith(where) and s in wanted], said[:20]
    else:
        assert said == []
