"""Any file at rest: recognised by its content, handed to the validator of its format. Always a Report."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Unpack

from rempart.formats.hl7v2.message import MAX_MESSAGE
from rempart.validation.declared import Declared
from rempart.validation.report import Report

_HL7 = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\r\n\t ]*[A-Z][A-Z0-9]{2}[^\w\s]")
# A mail: fields from its first line on, one of which mails have. A mailbox file puts a line of its own before.
_MAIL = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*(?:From [^\r\n]*\r?\n)?(?=[A-Za-z][A-Za-z0-9-]*[ \t]*:)")
_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|mime-version|return-path|received|content-type|x-mss-[a-z]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 64 * 1024
_ZIP = re.compile(rb"\APK(?:\x03\x04|\x05\x06|\x07\x08)")
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<|\A(?:\xff\xfe|\xfe\xff)")


def validate_bytes(data: bytes, *, edition: str | None = None, **declared: Unpack[Declared]) -> Report:
    """Findings on an HL7v2 message (MLLP-framed or not), a CDA document, an XDM archive or a mail.

    `edition` (digits and dots: `2.0`, `1.16`) forces that of the text instead of the message's or the default one.
    `declared` is what only the user knows of it (`validation.declared`).
    Never raises: a validator that fails gives an unreadable report, with the reason.
    """
    try:
        # Imported on demand: judging a message needs no XML, and the other way round.
        mail = _is_mail(data)
        if _HL7.match(data) and not mail:
            from rempart.validation.hl7v2.validate import validate_message

            return validate_message(data, edition=edition, environment=declared.get("environment") or "test")
        if mail:
            from rempart.validation.cda.validate import EDITION
            from rempart.validation.mail.validate import validate_mail

            return validate_mail(data, edition=edition or EDITION, **declared)
        if _XML.match(data):
            from rempart.validation.cda.validate import EDITION, validate_cda

            return validate_cda(data, edition=edition or EDITION, **declared)
        if _ZIP.match(data):
            from rempart.validation.cda.validate import EDITION
            from rempart.validation.xdm.validate import validate_archive

            return validate_archive(data, edition=edition or EDITION, **declared)
    except Exception as error:  # a fault of ours, never a traceback nor a verdict on the file
        return Report("inconnu", "", unreadable=f"contrôle interrompu par une erreur de Rempart: {error!r}")
    return Report("inconnu", "", unreadable=_unknown(data))


def _is_mail(data: bytes) -> bool:
    start = _MAIL.match(data)
    if start is None:
        return False
    head = data[start.end() : start.end() + _HEAD]
    stops = [at for mark in (b"\n\n", b"\n\r\n") if (at := head.find(mark)) >= 0]
    return bool(_FIELD.search(head, 0, min(stops, default=len(head))))


def read_bounded(path: Path, limit: int = MAX_MESSAGE) -> bytes:
    """OSError when it cannot be read, ValueError (French) when it is too big to be."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"fichier au-delà de {limit // 1024 // 1024} Mio")
    return data


def _unknown(data: bytes) -> str:
    if not data.strip():
        return "fichier vide"
    return "ni message HL7v2 (il commencerait par MSH), ni document XML, ni archive ZIP, ni courriel"
