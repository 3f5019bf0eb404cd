"""Digits of other scripts look like ours on a screen, and are no digits of an identifier, an OID, a code or a time."""

from __future__ import annotations

import re

import pytest
from cda_samples import SAMPLES
from cisis_samples import order
from dmp_samples import sound

from rempart.formats.cda import build
from rempart.validation.document import validate_bytes
from rempart.validation.report import Report

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_CDA = build(SAMPLES["n1"]).decode()
_HELD = re.compile(r'\b(?:extension|root|value|codeSystem)="([0-9.]{8,}(?:[+-][0-9]{4})?)"')
_ORDER = order().data.decode()
_FIELDS = re.compile(r"(?<=[|^~&])[0-9.]{9,}(?:[+-][0-9]{4})?(?=[|^~&\r])")


def foreign(text: str, value: str) -> str:
    """`text` with the last digit of `value` in another script, wherever it stands."""
    return text.replace(value, value[:-1] + value[-1].translate(_ARABIC))


def told(report: Report) -> bool:
    return any(f.severity != "info" for f in report.findings)


@pytest.mark.parametrize("value", sorted({m[1] for m in _HELD.finditer(_CDA)}))
def test_of_a_document(value: str) -> None:
    assert told(validate_bytes(foreign(_CDA, value).encode())), value


@pytest.mark.parametrize("value", sorted(set(_FIELDS.findall(_ORDER))))
def test_of_a_message(value: str) -> None:
    assert told(validate_bytes(foreign(_ORDER, value).encode())), value


def test_of_a_search() -> None:
    """In the body: what is signed is refused whatever changes."""
    head, body = re.split(r"(?=<[\w:]*Body\b)", sound()["search"].decode())
    values = sorted(set(re.findall(r"[>'\"]([0-9][0-9.]{7,})[<'\"^&]", body)))
    assert len(values) == 2  # the patient, the beginning of a period
    for value in values:
        assert told(validate_bytes((head + foreign(body, value)).encode(), kind="xds")), value
