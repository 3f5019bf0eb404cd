"""MAIL and RCPT and their parameters (RFC 5321, 1870, 6152, 3461), read strictly: what is refused has its reply."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATH = re.compile(r"(?P<word>FROM|TO):\s*<(?P<address>[^<>\s]*)>(?P<rest>(?: +[^\s]+)*) *", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_HEX = re.compile(r"\+([0-9A-F]{2})")
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_NOTIFY = {"NEVER", "SUCCESS", "FAILURE", "DELAY"}
_MAX_DIGITS = 20


class Refusal(Exception):
    """The command is refused. `reply` is the whole line."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFrom:
    """`size` is 0 when it is not announced; `address` is "" for the null return path."""

    address: str
    size: int = 0
    ret: str = ""
    envelope_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RcptTo:
    """`original` is ORCPT without its type, decoded."""

    address: str
    notify: str = ""
    original: str = ""


def read_mail(argument: str) -> MailFrom:
    """`FROM:<a@b.fr> SIZE=1 …`. Raises Refusal."""
    address, given = _read(argument, "FROM", {"SIZE", "BODY", "RET", "ENVID", "AUTH"})
    size, ret = given.get("SIZE", "0"), given.get("RET", "").upper()
    if not size.isdecimal() or len(size) > _MAX_DIGITS:
        raise Refusal("501 5.5.4 SIZE mal forme")
    if given.get("BODY", "7BIT").upper() not in ("7BIT", "8BITMIME"):
        raise Refusal("501 5.5.4 BODY inconnu")
    if ret not in ("", "FULL", "HDRS"):
        raise Refusal("501 5.5.4 RET inconnu")
    return MailFrom(address=address, size=int(size), ret=ret, envelope_id=_xtext(given.get("ENVID", ""), "ENVID"))


def read_recipient(argument: str) -> RcptTo:
    """`TO:<a@b.fr> NOTIFY=…`. Raises Refusal."""
    address, given = _read(argument, "TO", {"NOTIFY", "ORCPT"})
    if not address:
        raise Refusal("501 5.1.3 Adresse vide")
    notify = given.get("NOTIFY", "").upper()
    words = notify.split(",") if notify else []
    if set(words) - _NOTIFY or ("NEVER" in words and len(words) > 1):
        raise Refusal("501 5.5.4 NOTIFY mal forme")
    original = given.get("ORCPT", "")
    kind, mark, value = original.partition(";")
    if original and (not mark or not kind):
        raise Refusal("501 5.5.4 ORCPT mal forme")
    return RcptTo(address=address, notify=notify, original=_xtext(value, "ORCPT"))


def _read(argument: str, word: str, allowed: set[str]) -> tuple[str, dict[str, str]]:
    found = _PATH.fullmatch(argument)
    if found is None or found["word"].upper() != word:
        raise Refusal(f"501 5.5.2 Syntaxe: {word}:<adresse>")
    address = found["address"]
    if not address.isascii():
        raise Refusal("553 5.6.7 Adresse non ASCII")
    if address and not _ADDRESS.fullmatch(address):
        raise Refusal("501 5.1.3 Adresse mal formee")
    given: dict[str, str] = {}
    for one in found["rest"].split():
        name, _, value = one.partition("=")
        if name.upper() not in allowed:
            raise Refusal(f"555 5.5.4 Parametre inconnu: {name[:20].encode('ascii', 'replace').decode()}")
        if name.upper() in given:
            raise Refusal("501 5.5.4 Parametre en double")
        given[name.upper()] = value
    return address, given


def _xtext(value: str, name: str) -> str:
    if not _XTEXT.fullmatch(value):
        raise Refusal(f"501 5.5.4 {name} mal forme")
    return _HEX.sub(lambda m: chr(int(m[1], 16)), value)
