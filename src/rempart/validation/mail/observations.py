"""Named checks on what the operator of MSSanté saw come, or not come, in a while: its recorded observations."""

from __future__ import annotations

import json

from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.registry import finding


@check("mss.missing")
def missing(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """A mail that the candidate had to send and that did not come before the deadline: [observation]."""
    seen = json.loads(evidence[0])
    actual = ", ".join(_said(m) for m in seen["mails"]) or f"aucun courriel en {seen['seconds']:g} s"
    return [finding(rule, "échange", f"{seen['expected']}: non envoyé", expected=seen["expected"], actual=actual)]


@check("mss.silence")
def silence(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """No mail came while none should: [observation]."""
    mails = json.loads(evidence[0])["mails"]
    told = ", ".join(_said(m) for m in mails)
    return [finding(rule, "échange", "", expected="aucun courriel", actual=told)] if mails else []


def _said(mail: dict[str, str]) -> str:
    """Of a mail that was refused before it came, nothing but the envelope is known."""
    return f"« {mail['subject'] or mail['message_id']} »" if mail["subject"] or mail["message_id"] else "une enveloppe"
