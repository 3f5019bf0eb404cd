"""The name of a certificate, as software writes it: RFC 4514 and its elders, OpenSSL, Java, .NET."""

from __future__ import annotations

import re
import unicodedata

from cryptography import x509

_LONGEST = 4096  # characters: a certificate has none such
_KEY = r"\s*(?:[A-Za-z][\w-]*|(?:OID\.)?\d+(?:\.\d+)+)\s*="
_SEPARATOR = re.compile(rf"[,;+/](?={_KEY})")
_PART = re.compile(rf"(?P<key>{_KEY})(?P<value>.*)", re.DOTALL)
_EMAIL = "1.2.840.113549.1.9.1"
# Keywords differ from one tool to another, and SN is a surname or a serial number.
_KEYWORDS = {
    "CN": ("2.5.4.3",), "SN": ("2.5.4.4", "2.5.4.5"), "SURNAME": ("2.5.4.4",), "SERIALNUMBER": ("2.5.4.5",),
    "C": ("2.5.4.6",), "L": ("2.5.4.7",), "ST": ("2.5.4.8",), "S": ("2.5.4.8",), "SP": ("2.5.4.8",),
    "STREET": ("2.5.4.9",), "O": ("2.5.4.10",), "OU": ("2.5.4.11",), "T": ("2.5.4.12",), "TITLE": ("2.5.4.12",),
    "G": ("2.5.4.42",), "GN": ("2.5.4.42",), "GIVENNAME": ("2.5.4.42",), "E": (_EMAIL,), "EMAIL": (_EMAIL,),
    "EMAILADDRESS": (_EMAIL,), "DC": ("0.9.2342.19200300.100.1.25",), "UID": ("0.9.2342.19200300.100.1.1",),
    "ORGANIZATIONIDENTIFIER": ("2.5.4.97",),
}  # fmt: skip
_NAMED = frozenset(oid for oids in _KEYWORDS.values() for oid in oids)


def same_name(text: str, name: x509.Name) -> bool:
    """Is this text that name? Attributes are compared by type and value, in any order: `CN=A,O=B`, `O=B, CN=A`,
    `/O=B/CN=A`. A keyword that is not known may stand for any type that has none here."""
    if len(text) > _LONGEST:
        return False
    left = [(a.oid.dotted_string, _folded(str(a.value))) for a in name]
    # Those whose type is known choose first.
    for types, value in sorted(_read(text), key=lambda read: not read[0]):
        found = next((a for a in left if a[1] == value and (a[0] in types if types else a[0] not in _NAMED)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _read(text: str) -> list[tuple[tuple[str, ...], str]]:
    """Types that the keyword may stand for (none when it is unknown), and the value."""
    found: list[tuple[tuple[str, ...], str]] = []
    for part in _parts(text.strip()):
        match = _PART.fullmatch(part)
        if match is None:
            found.append(((), _folded(part)))
            continue
        key = match["key"].rstrip("=").strip().upper().removeprefix("OID.")
        types = (key,) if key[0].isdigit() else _KEYWORDS.get(key, ())
        found.append((types, _folded(_value(match["value"].strip()))))
    return found


def _parts(text: str) -> list[str]:
    """Cut where a separator stands before a keyword, out of quotes and not escaped: `/` in OpenSSL's form alone."""
    slashed = text.startswith("/")
    parts, start, quoted, at = [], int(slashed), False, 0
    while at < len(text):
        char = text[at]
        if char == "\\" and not slashed:
            at += 1
        elif char == '"':
            quoted = not quoted
        elif not quoted and at >= start and (char == "/") is slashed and _SEPARATOR.match(text, at):
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def _value(text: str) -> str:
    if text.startswith("#") and (read := _encoded(text[1:])) is not None:
        return read
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    text = re.sub(r"(?:\\[0-9A-Fa-f]{2})+", _octets, text)
    return re.sub(r"\\(.)", r"\1", text)


def _octets(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\", "")).decode("utf-8", "replace")


def _encoded(digits: str) -> str | None:
    """A value given as the hexadecimal of its DER, of a length that one octet says: a string of ASN.1."""
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        return None
    if len(data) < 2 or data[1] != len(data) - 2 or data[1] > 127:
        return None
    return data[2:].decode("utf-16-be" if data[0] == 0x1E else "utf-8", "replace")


def _folded(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).split()).casefold()  # as X.520 compares names
