"""An exchange as a reader sees it: an HL7 v2 table, indented JSON, the start of a text, or the size of the rest."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.model.exchange import Exchange
from rempart.model.finding import excerpt
from rempart.reporting.hl7_view import Hl7View, Marks, hl7_view
from rempart.reporting.outline import NumberedFinding
from rempart.reporting.words import size
from rempart.validation.explain import place

MAX_TEXT = 6_000  # characters of a text shown in the page
MAX_JSON = 1_000_000  # bytes of JSON laid out; beyond, it is shown as text
MAX_JSON_VALUE = 300
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNPRINTABLE = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


@dataclass
class ExchangeView:
    """`kind`: hl7, json, text, binary, empty or unreadable. `note` says what is not shown, or why nothing is."""

    kind: str
    text: str = ""
    note: str = ""
    hl7: Hl7View | None = None


def exchange_view(exchange: Exchange, data: bytes, findings: list[NumberedFinding]) -> ExchangeView:
    """What to show of the bytes. `findings` are those of its scenario; the ones that name a place in it are marked."""
    if not data:
        return ExchangeView("empty", note="aucun octet")
    prefix = ""
    if exchange.protocol.startswith("hl7v2"):
        try:
            message = Message.parse(data)
            return ExchangeView("hl7", hl7=hl7_view(message, marks_in(message, exchange.id, findings)))
        except Hl7Error as error:
            prefix = f"message HL7v2 illisible ({error.reason}). "
    view = _json(data) or _text(data)
    view.note = prefix + view.note
    return view


def marks_in(message: Message, exchange: str, findings: list[NumberedFinding]) -> Marks:
    """Findings whose location is a place of this message.

    A check of several exchanges does not say which one a place is in: it is marked only where the value that the
    finding quotes really stands.
    """
    marks: Marks = {}
    for f in findings:
        if exchange not in f.exchanges:
            continue
        path = place(message, f.finding)
        if path is None:  # an XPath, a header, a field of a driver's answer
            continue
        if len(f.exchanges) == 1 or (path.field and excerpt(message.get(str(path))) == f.finding.actual):
            marks[f.number] = path
    return marks


def visible(text: str) -> str:
    """Control characters as `[0x0B]`: a report shows what came, and XML and HTML cannot hold them."""
    return _UNPRINTABLE.sub("\ufffd", _CONTROL.sub(lambda m: f"[0x{ord(m[0]):02X}]", text))


def _json(data: bytes) -> ExchangeView | None:
    if data.lstrip()[:1] not in (b"{", b"[") or len(data) > MAX_JSON:
        return None
    try:
        value = json.loads(data)
        folded = _folded(value)
        shown = _shortened(json.dumps(folded, ensure_ascii=False, indent=2))
    except (ValueError, RecursionError):
        return None
    note = "valeurs longues abrégées" if folded != value else ""
    return ExchangeView("json", shown.text, "; ".join(filter(None, (note, shown.note))))


def _folded(value: Any) -> Any:
    """Long strings (a document in base64) by their start and length."""
    if isinstance(value, str):
        return value if len(value) <= MAX_JSON_VALUE else excerpt(value, 60)
    if isinstance(value, list):
        return [_folded(v) for v in value]
    return {k: _folded(v) for k, v in value.items()} if isinstance(value, dict) else value


def _text(data: bytes) -> ExchangeView:
    start = data[: MAX_TEXT * 4]
    if b"\0" in start:
        return ExchangeView("binary", note=f"contenu binaire de {size(len(data))}")
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = len(start) < len(data) and error.start > len(start) - 4  # only our own cut broke the last character
        text = start[: error.start].decode("utf-8") if cut else start.decode("iso8859-15")
    view = _shortened(text)
    if len(start) < len(data) and not view.note:
        view.note = f"début seulement, sur {size(len(data))}"
    return view


def _shortened(text: str) -> ExchangeView:
    if len(text) <= MAX_TEXT:
        return ExchangeView("text", _lines(text))
    return ExchangeView("text", _lines(text[:MAX_TEXT]), f"début seulement, sur {len(text)} caractères")


def _lines(text: str) -> str:
    return visible(text.replace("\r\n", "\n").replace("\r", "\r\n"))
