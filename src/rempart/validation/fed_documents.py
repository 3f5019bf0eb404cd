"""Named checks on what a DPI feeds the DMP with: documents of the past, the pace of arrivals, the figures it shows."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from rempart.formats.cda.header import Actor, CdaHeader
from rempart.formats.hl7v2 import Message
from rempart.model.finding import Finding, Origin
from rempart.validation.checks import check
from rempart.validation.produced_documents import header_of
from rempart.validation.registry import finding

_ACT = "documentationOf/serviceEvent/effectiveTime/low"


@check("document.past_dates")
def past_dates(evidence: list[bytes], *, act_day: str, rule: str) -> list[Finding]:
    """The document carried is dated of the act, and its creation is of another day: that of the message, or nearly.

    `act_day` is AAAAMMJJ, and the first eight digits of the service's start are these; an hour may follow.
    """
    header = header_of(evidence[0], rule)
    if isinstance(header, Finding):
        return [header]
    found = []
    if header.act_start[:8] != act_day:
        found.append(finding(rule, _ACT, "", expected=act_day, actual=header.act_start or "(absent)"))
    sent, created = _day(Message.parse(evidence[0]).get("MSH-7")), _day(header.effective_time)
    if created is None or sent is None or abs((sent - created).days) > 1:
        text = "La date de création du document n'est pas celle de sa rédaction"
        expected = f"{sent:%Y%m%d}" if sent else "le jour du message"
        found.append(
            finding(rule, "effectiveTime", text, expected=expected, actual=header.effective_time or "(absent)")
        )
    return found


@check("document.legal_person")
def legal_person(evidence: list[bytes], *, author: str, rule: str) -> list[Finding]:
    """The author of this family name is kept, and the structure that sends is an author beside them: [order].

    A structure is an author that is no person, whose organisation, or itself, is the one of the SB participation.
    """
    header = header_of(evidence[0], rule)
    if isinstance(header, Finding):
        return [header]
    message = Message.parse(evidence[0])
    sender = next((p for p in message.all("PRT") if p.get("4.1") == "SB"), None)
    number = sender.get("8.10") if sender else ""
    found = []
    if not any(a.family.casefold() == author.casefold() for a in header.authors):
        found.append(finding(rule, "author", "L'auteur d'origine a disparu", expected=author, actual=_authors(header)))
    if not number or not any(_is_structure(a, number) for a in header.authors):
        expected = f"un auteur pour la structure {number or '(non nommée par PRT-8)'}"
        found.append(finding(rule, "author", "", expected=expected, actual=_authors(header)))
    return found


def _is_structure(author: Actor, number: str) -> bool:
    named = [i.extension for i in (author.id, author.organisation_id) if i]
    return not author.family and any(value.endswith(number) for value in named)


def _authors(header: CdaHeader) -> str:
    return ", ".join(a.family or a.device or a.organisation or "(sans nom)" for a in header.authors) or "(aucun)"


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d")
    except ValueError:
        return None


@check("arrivals.pace")
def pace(evidence: list[bytes], *, rate: float, rule: str, tolerance: float = 0.1) -> list[Finding]:
    """Messages came at most at `rate` a second, by the times recorded: [observation of arrivals].

    In no stretch of a second, less `tolerance`, are there more than `rate` of them. With fewer arrivals than that,
    nothing was measured, which is our fault.
    """
    times = sorted(datetime.fromisoformat(a["time"]) for a in json.loads(evidence[0])["arrivals"])
    span = max(1, math.ceil(rate))
    if len(times) <= span:
        text = "trop peu d'arrivées pour mesurer un débit"
        return [
            finding(rule, "arrivées", text, expected=f"plus de {span}", actual=str(len(times)), origin=Origin.HARNESS)
        ]
    shortest = min((b - a).total_seconds() for a, b in zip(times, times[span:], strict=False))
    if shortest >= span / rate * (1 - tolerance):
        return []
    actual = f"{span + 1} envois en {shortest:.2f} s"
    return [finding(rule, "arrivées", "", expected=f"au plus {rate:g} envois par seconde", actual=actual)]


@check("indicator.change")
def indicator_change(
    evidence: list[bytes], *, indicator: str, numerator: int, denominator: int, rule: str
) -> list[Finding]:
    """The two terms of a share grew by this much: [answer of `read_indicators` before, and after]."""
    before, after = (_terms(e, indicator) for e in evidence)
    if before is None or after is None:
        return [finding(rule, "indicators", "", expected=f"l'indicateur {indicator}", actual="(absent)")]
    grown = tuple(b - a for a, b in zip(before, after, strict=True))
    if grown == (numerator, denominator):
        return []
    expected, actual = f"+{numerator} sur +{denominator}", f"{grown[0]:+d} sur {grown[1]:+d}"
    return [finding(rule, f"indicators[name={indicator}]", "", expected=expected, actual=actual)]


def _terms(answer: bytes, name: str) -> tuple[int, int] | None:
    shown: list[dict[str, Any]] = json.loads(answer).get("indicators") or []
    found = next((i for i in shown if i.get("name") == name), None)
    return (int(found["numerator"]), int(found["denominator"])) if found else None
