"""Pseudonyms: the same identity gives the same one all over a dossier, and nobody comes back from it.

HMAC-SHA256 of the identity under a secret that is drawn for one dossier and forgotten: without it, trying every INS or
every name leads nowhere, and two dossiers cannot be put side by side.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rempart.formats.ins import is_matricule
from rempart.resources import schemas_dir

NAME, ID, DATE, ADDRESS, PHONE, MAIL = "name", "id", "date", "address", "phone", "mail"
_SHOWN = {NAME: "NOM", ID: "ID", DATE: "DATE", ADDRESS: "ADRESSE", PHONE: "TEL", MAIL: "MAIL"}
_MADE = re.compile(r"(?:NOM|ID|INS|DATE|ADRESSE|TEL|MAIL)-[0-9A-F]{10}")
_WORD = re.compile(r"[^\W_]+")  # a file is named 20260105_CR_DUPONT_Marie.pdf
_SHORTEST, _SHORTEST_NUMBER = 3, 5  # characters of an identity looked for in running text
MATRICULE = re.compile(r"(?<![^\W_])(?<!\.)\d{5}(?:\d\d|2[AB])\d{8}(?![^\W_])(?!\.\d)")
E_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,80}@[\w-]{1,80}(?:\.[\w-]{1,80}){1,8}")
TELEPHONE = re.compile(r"(?<![^\W_])(?<!\.)(?:0[1-9]|\+33 ?[1-9])(?:[ .-]?\d\d){4}(?![^\W_])(?!\.\d)")


@cache
def places() -> dict[str, Any]:
    """`schemas/evidence/redaction.yaml`: where identities stand."""
    file: Path = schemas_dir() / "evidence" / "redaction.yaml"
    data: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return data


class Pseudonyms:
    """Learns identities where they are known to stand, then replaces them there and in running text."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: dict[str, list[tuple[str, str]]] = {}  # first word -> (identity, kind), longest first
        self._seen: set[tuple[str, str]] = set()
        self.count = 0

    # -- learning --------------------------------------------------------------------------------------------------

    def learn(self, kind: str, value: str) -> str:
        """Remembers an identity; returns it unchanged, so that reading and rewriting are one and the same walk."""
        if (kind, value) not in self._seen:
            self._seen.add((kind, value))
            for form in _forms(kind, value):
                self._keep(form, kind)
        return value

    def _keep(self, form: str, kind: str) -> None:
        shortest = _SHORTEST_NUMBER if form.isdigit() else _SHORTEST
        first = _WORD.search(form)
        if len(form) < shortest or first is None:
            return
        self.count += 1
        entries = self._known.setdefault(first[0].casefold(), [])
        entries.append((form[first.start() :], kind))
        entries.sort(key=lambda e: (-len(e[0]), e))

    # -- replacing -------------------------------------------------------------------------------------------------

    def swap(self, kind: str, value: str) -> str:
        """The pseudonym of an identity that stands at a known place. Blank stays blank."""
        if not value.strip() or _MADE.fullmatch(value):
            return value
        if kind == NAME:
            return " ".join(self._one(NAME, word) for word in value.split())
        return self._one(kind, value)

    def text(self, text: str) -> str:
        """Running text without the identities learnt, nor what is shaped like an INS, a mail address or a number."""
        text = self._without_known(text)
        for pattern, kind in ((E_MAIL, MAIL), (TELEPHONE, PHONE)):
            text = pattern.sub(lambda m, k=kind: self.swap(k, m[0]), text)  # type: ignore[misc]
        return MATRICULE.sub(lambda m: self.swap(ID, m[0]) if is_matricule(m[0]) else m[0], text)

    def _without_known(self, text: str) -> str:
        done: list[str] = []
        end = 0
        for word in _WORD.finditer(text):
            if word.start() < end:
                continue
            known = self._known.get(word[0].casefold(), [])
            found = next((e for e in known if _stands(text, word.start(), e[0])), None)
            if found is not None:
                done += [text[end : word.start()], self.swap(found[1], text[word.start() :][: len(found[0])])]
                end = word.start() + len(found[0])
        return "".join([*done, text[end:]])

    def _one(self, kind: str, value: str) -> str:
        kind = MAIL if "@" in value else kind
        shown = "INS" if kind == ID and is_matricule(value) else _SHOWN[kind]
        digest = hmac.new(self._secret, f"{kind}\0{_normal(kind, value)}".encode(), hashlib.sha256).hexdigest()
        return f"{shown}-{digest[:10].upper()}"


def _normal(kind: str, value: str) -> str:
    """The same person is written in capitals here, with accents there: one pseudonym."""
    if kind in (DATE, PHONE):
        digits = re.sub(r"\D", "", value)
        if kind == DATE and re.fullmatch(r"\d{2}/\d{2}/\d{4}", value):
            digits = digits[4:] + digits[2:4] + digits[:2]
        return digits[:8] if kind == DATE else digits[-9:]
    value = value.removeprefix("mailto:")
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return plain.casefold().strip() or value


def _forms(kind: str, value: str) -> list[str]:
    """How an identity may be written in running text."""
    value = value.strip()
    if kind == NAME:
        plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
        return list(dict.fromkeys([*value.split(), *plain.split()]))
    if kind == DATE and re.match(r"\d{8}", value):
        y, m, d = value[:4], value[4:6], value[6:8]
        return list(dict.fromkeys([value, value[:8], f"{y}-{m}-{d}", f"{d}/{m}/{y}"]))
    return [re.sub(r"^(?:tel|mailto):", "", value)]


def _stands(text: str, start: int, value: str) -> bool:
    end = start + len(value)
    whole = end >= len(text) or not text[end].isalnum()
    return whole and text[start:end].casefold() == value.casefold()
