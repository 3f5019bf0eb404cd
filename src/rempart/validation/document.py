"""Any file at rest: recognised by its content, handed to the validator of its format. Always a Report."""

from __future__ import annotations

import re
from collections.abc import Collection

from rempart.validation.report import Report

_HL7 = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\r\n\t ]*[A-Z][A-Z0-9]{2}[^\w\s]")
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<|\A(?:\xff\xfe|\xfe\xff)")


def validate_bytes(
    data: bytes,
    *,
    edition: str | None = None,
    environment: str = "test",
    destination: str | None = None,
    requirements: Collection[str] = (),
) -> Report:
    """Findings on an HL7v2 message (MLLP-framed or not) or a CDA document.

    `edition` (digits and dots: `2.0`, `1.16`) forces that of the text instead of the message's or the default one.
    `destination` (`dmp`) and `requirements` (REM ids) declare what a document is for.
    Never raises: a validator that fails gives an unreadable report, with the reason.
    """
    try:
        # Imported on demand: judging a message needs no XML, and the other way round.
        if _HL7.match(data):
            from rempart.validation.hl7v2.validate import validate_message

            return validate_message(data, edition=edition, environment=environment)
        if _XML.match(data):
            from rempart.validation.cda.validate import EDITION, validate_cda

            return validate_cda(
                data,
                edition=edition or EDITION,
                environment=environment,
                destination=destination,
                requirements=requirements,
            )
    except Exception as error:  # a fault of ours, never a traceback nor a verdict on the file
        return Report("inconnu", "", unreadable=f"contrôle interrompu par une erreur de Rempart: {error!r}")
    return Report("inconnu", "", unreadable=_unknown(data))


def _unknown(data: bytes) -> str:
    if not data.strip():
        return "fichier vide"
    return "ni message HL7v2 (il commencerait par MSH), ni document XML"
