"""What a TLS handshake says in the clear (RFC 5246, RFC 8446): what the client offers, which group the server took.

Neither is to be had from the `ssl` module: they are read in the bytes of the handshake. Bytes that cannot be read say
nothing, and never raise.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_HANDSHAKE = 22  # content type of a record
_CLIENT_HELLO, _SERVER_HELLO, _SERVER_KEY_EXCHANGE = 1, 2, 12
_SUPPORTED_VERSIONS, _KEY_SHARE = 43, 51  # extensions
_NAMED_CURVE = 3
_SIGNALS = (0x00FF, 0x5600)  # no suites: renegotiation, fallback
_VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
# Named group -> its name, its bits, whether it is elliptic. X25519 has keys of 256 bits for a field of 255.
_GROUPS = {
    19: ("secp192r1", 192, True), 21: ("secp224r1", 224, True), 22: ("secp256k1", 256, True),
    23: ("secp256r1", 256, True), 24: ("secp384r1", 384, True), 25: ("secp521r1", 521, True),
    26: ("brainpoolP256r1", 256, True), 27: ("brainpoolP384r1", 384, True), 28: ("brainpoolP512r1", 512, True),
    29: ("x25519", 256, True), 30: ("x448", 448, True),
    256: ("ffdhe2048", 2048, False), 257: ("ffdhe3072", 3072, False), 258: ("ffdhe4096", 4096, False),
    4587: ("SecP256r1MLKEM768", 256, True), 4588: ("X25519MLKEM768", 256, True),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A ClientHello: versions and suites in the client's order. Suites are OpenSSL's names, or `0xC0FF` without one."""

    versions: tuple[str, ...]
    suites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Where the keys were exchanged. `bits` is 0 for a group that is not known."""

    name: str
    bits: int
    elliptic: bool = True


def read_offer(client: bytes) -> Offer | None:
    """The first bytes of a client, read. None when they are no ClientHello."""
    try:
        hello = next((body for kind, body in _messages(client) if kind == _CLIENT_HELLO), None)
        return None if hello is None else _offer(hello)
    except (IndexError, ValueError):
        return None


def read_group(server: bytes, suite: str) -> Group | None:
    """The group of an exchange whose suite is known, in the first bytes of the server. None when it does not say."""
    try:
        for kind, body in _messages(server):
            if kind == _SERVER_HELLO and (share := _extensions(body, server=True).get(_KEY_SHARE)):
                return _named(_number(share, 0))
            if kind == _SERVER_KEY_EXCHANGE:
                return _exchanged(body, suite)
    except (IndexError, ValueError):
        pass
    return None


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Handshake messages in the clear, whatever records they are cut in."""
    flat, at = bytearray(), 0
    while at + 5 <= len(data) and data[at] == _HANDSHAKE:
        size = _number(data, at + 3)
        flat += data[at + 5 : at + 5 + size]
        at += 5 + size
    at = 0
    while at + 4 <= len(flat):
        end = at + 4 + int.from_bytes(flat[at + 1 : at + 4], "big")
        if end > len(flat):
            return  # cut, or encrypted
        yield flat[at], bytes(flat[at + 4 : end])
        at = end


def _offer(hello: bytes) -> Offer:
    at = 34 + 1 + hello[34]  # version, random, session
    size = _number(hello, at)
    codes = [_number(hello, at + 2 + n) for n in range(0, size, 2)]
    listed = _extensions(hello, server=False).get(_SUPPORTED_VERSIONS)
    versions = [_number(listed, 1 + n) for n in range(0, listed[0], 2)] if listed else [_number(hello, 0)]
    return Offer(
        versions=tuple(_VERSIONS.get(v, f"0x{v:04X}") for v in versions if not _greased(v)),
        suites=tuple(_suites().get(c, f"0x{c:04X}") for c in codes if c not in _SIGNALS and not _greased(c)),
    )


def _extensions(hello: bytes, *, server: bool) -> dict[int, bytes]:
    at = 34 + 1 + hello[34]
    if server:
        at += 3  # the suite, the compression
    else:
        at += 2 + _number(hello, at)
        at += 1 + hello[at]
    found: dict[int, bytes] = {}
    at += 2
    while at + 4 <= len(hello):
        size = _number(hello, at + 2)
        found[_number(hello, at)] = hello[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def _exchanged(body: bytes, suite: str) -> Group | None:
    if suite.startswith("ECDHE"):
        return _named(_number(body, 1)) if body[0] == _NAMED_CURVE else Group("courbe explicite", 0)
    if suite.startswith("DHE"):
        size = _number(body, 0)
        prime = int.from_bytes(body[2 : 2 + size], "big")
        return Group(f"DH {prime.bit_length()} bits", prime.bit_length(), elliptic=False)
    return None


def _named(code: int) -> Group:
    return Group(*_GROUPS.get(code, (f"0x{code:04X}", 0, True)))


def _number(data: bytes, at: int) -> int:
    """Two bytes. Raises IndexError past the end."""
    return data[at] << 8 | data[at + 1]


def _greased(code: int) -> bool:
    """RFC 8701: values that mean nothing, on purpose."""
    return code & 0x0F0F == 0x0A0A and code >> 8 == code & 0xFF


@cache
def _suites() -> dict[int, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return {c["id"] & 0xFFFF: c["name"] for c in context.get_ciphers()}
