"""A message as the rules of the envelope see it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from rempart.formats.soap.capture import Capture
from rempart.formats.soap.envelope import Envelope
from rempart.formats.xds.transactions import Transaction
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import finding


@dataclass(frozen=True, eq=False, kw_only=True)
class SoapContext:
    """`transaction` is that of the body, None when it is none of the DMP; `request` tells it from its answer."""

    capture: Capture
    envelope: Envelope
    transaction: Transaction | None = None
    request: bool = True

    def find(
        self, rule: str, at: str, message: str = "", *, expected: str = "", actual: str = "",
        severity: Severity | None = None, line: int = 0,
    ) -> Finding:  # fmt: skip
        place = f"/Envelope{'/' + at if at else ''}" + (f" (ligne {line})" if line else "")
        return finding(rule, place, message, expected=expected, actual=actual, severity=severity)


def line_of(element: etree._Element | None) -> int:
    """Its line; 0 without one."""
    line: int | None = None if element is None else element.sourceline  # type: ignore[assignment]
    return line or 0
