"""`rempart verify`: was a dossier touched since it was signed, and who signed it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rempart.cli.exit_codes import Exit

if TYPE_CHECKING:
    from rempart.evidence.verify import Verified

_SHOWN = 50


@click.command()
@click.argument("dossier", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="DOSSIER.zip")
@click.option("--ca", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="PEM", help="Authorities.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(dossier: Path, ca: Path | None, form: str) -> None:
    """Verify a dossier's integrity and signature, and say who signed.

    Exit 0 when it is intact, 1 when it was altered or its signature is wrong (with --ca: when the signer's certificate
    does not lead to one of these authorities), 2 for wrong usage, 3 when it is not a dossier that can be read.
    """
    from rempart.evidence.certificates import SignatureProblem, load_certificates
    from rempart.evidence.dossier import DossierError
    from rempart.evidence.verify import verify as check

    try:
        anchors = load_certificates(ca) if ca else []
    except SignatureProblem as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    try:
        found = check(dossier, anchors)
    except DossierError as error:
        click.echo(f"Illisible: {error}", err=True)
        sys.exit(Exit.INCONCLUSIVE)
    told = _told(found)
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if form == "json" else "\n".join(_lines(found, told)))
    sys.exit(Exit.NON_CONFORME if found.problems else Exit.OK)


def _told(found: Verified) -> dict[str, Any]:
    from rempart.evidence.certificates import name, self_signed

    told: dict[str, Any] = {
        "intact": not found.problems,
        "campaign": found.manifest.campaign,
        "files": len(found.manifest.files),
        "redacted": found.manifest.redacted,
        "problems": found.problems,
    }
    if found.signed is None:
        return told
    certificate = found.signed.certificate
    told["signer"] = {
        "subject": name(certificate.subject),
        "issuer": name(certificate.issuer),
        "serial": f"{certificate.serial_number:X}",
        "valid_from": certificate.not_valid_before_utc.isoformat(),
        "valid_until": certificate.not_valid_after_utc.isoformat(),
        "sha256": found.manifest.certificates[0],
        "signed_at": found.signed.time.isoformat(),
        "self_signed": self_signed(certificate),
        "trusted": found.trusted,
        "expired_since": certificate.not_valid_after_utc < datetime.now(UTC),
    }
    return told


def _lines(found: Verified, told: dict[str, Any]) -> Iterator[str]:
    yield f"Campagne {told['campaign']}: {told['files']} fichiers" + (", caviardés" if told["redacted"] else "")
    yield from _signer(told.get("signer"))
    yield from (f"Altéré: {problem}" for problem in found.problems[:_SHOWN])
    if len(found.problems) > _SHOWN:
        yield f"Altéré: et {len(found.problems) - _SHOWN} autres (--format json les donne tous)"
    if found.problems:
        yield "Ce dossier n'est pas celui qui a été signé, ou sa signature ne vaut pas."
    else:
        yield "Intact: chaque octet est celui qui a été signé."


def _signer(signer: dict[str, Any] | None) -> Iterator[str]:
    if signer is None:
        yield "Signature: non valable"
        return
    yield f"Signé par: {signer['subject']}, le {_when(signer['signed_at'])} (heure déclarée par le signataire)"
    yield f"Certificat: n° {signer['serial']}, émis par {signer['issuer']}"
    yield f"            valable du {_when(signer['valid_from'])} au {_when(signer['valid_until'])}"
    yield f"            SHA-256 {signer['sha256']}"
    if signer["trusted"]:
        yield "Confiance: une des autorités données répond de ce certificat (révocation non consultée)"
    elif signer["trusted"] is None:
        own = "autosigné: il ne prouve pas qui a signé" if signer["self_signed"] else "émetteur non vérifié (voir --ca)"
        yield f"Confiance: certificat {own}"
    else:
        yield "Confiance: aucune des autorités données ne répond de ce certificat"
    if signer["expired_since"]:
        yield "            expiré depuis la signature"


def _when(iso: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(UTC):%d/%m/%Y %H:%M} UTC"
