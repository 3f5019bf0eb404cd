"""Any file at rest: recognised by its content, handed to the validator of its format. Always a Report."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from rempart.formats.hl7v2.message import MAX_MESSAGE
from rempart.validation.declared import Declared, of_documents
from rempart.validation.recognise import recognised
from rempart.validation.report import Report


def validate_bytes(data: bytes, *, edition: str | None = None, **declared: Unpack[Declared]) -> Report:
    """Findings on an HL7v2 message (MLLP-framed or not), a CDA document, an XDM archive, a mail, a SOAP message of the
    DMP or a VIHF.

    `edition` (digits and dots: `2.0`, `1.16`) forces that of the text instead of the message's or the default one.
    `declared` is what only the user knows of it (`validation.declared`).
    Never raises: a validator that fails gives an unreadable report, with the reason.
    """
    try:
        return _judge(declared.get("kind") or recognised(data), data, edition, declared)
    except Exception as error:  # a fault of ours, never a traceback nor a verdict on the file
        return Report("inconnu", "", unreadable=f"contrôle interrompu par une erreur de Rempart: {error!r}")


def _judge(kind: str, data: bytes, edition: str | None, declared: Declared) -> Report:
    """Validators are imported on demand: judging a message needs no XML, and the other way round."""
    documents = of_documents(declared)
    if kind == "hl7v2":
        from rempart.validation.hl7v2.validate import validate_message

        return validate_message(data, edition=edition, environment=declared.get("environment") or "test")
    if kind == "xds":
        from rempart.validation.xds.validate_message import validate_xds

        return validate_xds(data, **declared)
    if kind == "vihf":
        from rempart.validation.vihf.validate import validate_vihf

        return validate_vihf(data, environment=declared.get("environment"), received=declared.get("received"))
    if kind == "":
        return Report("inconnu", "", unreadable=_unknown(data))

    from rempart.validation.cda.validate import EDITION, validate_cda

    if kind == "cda":
        before = declared.get("received") or declared.get("looked_at")
        return validate_cda(data, edition=edition or EDITION, now=before, **documents)
    if kind == "xdm":
        from rempart.validation.xdm.validate import validate_archive

        return validate_archive(data, edition=edition or EDITION, **documents)
    from rempart.validation.mail.validate import validate_mail

    return validate_mail(data, edition=edition or EDITION, **documents)


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
    return "ni message HL7v2 (il commencerait par MSH), ni document XML, ni archive ZIP, ni courriel, ni capture HTTP"
