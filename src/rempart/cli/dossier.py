"""`rempart dossier`: the signed archive of a campaign, what would make it refused, and a key to try with."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rempart.cli.exit_codes import Exit

if TYPE_CHECKING:
    from cryptography import x509

    from rempart.evidence.certificates import PrivateKey
    from rempart.evidence.lint import Remark
    from rempart.evidence.redaction import Redaction
    from rempart.model.results import Results

PASSPHRASE = "REMPART_KEY_PASSPHRASE"
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEW = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 60


@click.group()
def dossier() -> None:
    """Build and check the dossier of a campaign: record, evidence, reports, each preuve at its place, signed."""


@dossier.command()
@click.argument("run", type=_FOLDER, metavar="RUN")
@click.option("--sign", "key_file", type=_FILE, required=True, metavar="PEM", help="Key that signs: RSA or EC.")
@click.option("--cert", "cert_file", type=_FILE, required=True, metavar="PEM", help="Its certificate, then its chain.")
@click.option("--passphrase-file", type=_FILE, metavar="FILE", help=f"Key's passphrase; else {PASSPHRASE}, or asked.")
@click.option("--output", type=_NEW, metavar="ZIP", help="RUN/dossier.zip by default.")
@click.option("--redact", is_flag=True, help="Replace identities by pseudonyms.")
@click.option("--strict", is_flag=True, help="Stop on warnings too: a preuve still missing is one.")
@click.option("--force", is_flag=True, help="Build in spite of errors; a wrong certificate or name still stops.")
def build(
    run: Path,
    key_file: Path,
    cert_file: Path,
    passphrase_file: Path | None,
    output: Path | None,
    redact: bool,
    strict: bool,
    force: bool,
) -> None:
    """Rebuild RUN's reports, look at it as `rempart dossier lint` does, and write its dossier.

    Exit 0 when it is written, 1 when the lint stops it, 2 for wrong usage (a key or certificate that cannot be read).
    """
    from rempart.evidence.archive import ArchiveError
    from rempart.evidence.certificates import SignatureProblem, load_certificates, load_key
    from rempart.evidence.dossier import DossierError
    from rempart.evidence.store import EvidenceError

    results = _results(run)
    try:
        key = load_key(key_file, _passphrase(passphrase_file))
        certificates = load_certificates(cert_file)
        with tempfile.TemporaryDirectory(prefix="rempart-") as scratch:
            redacted = _redacted(run, results, Path(scratch)) if redact else (run, results, None)
            if _looked_at(redacted[0], redacted[1], key, certificates[0], strict=strict, force=force):
                _write(redacted[0], redacted[1], output or run / "dossier.zip", key, certificates, redacted[2])
                return
    except (SignatureProblem, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    except (DossierError, ArchiveError, EvidenceError) as error:
        click.echo(f"Dossier non construit: {error}", err=True)
        sys.exit(Exit.INCONCLUSIVE)
    click.echo("Dossier non construit.", err=True)
    sys.exit(Exit.NON_CONFORME)


def _looked_at(
    run: Path, results: Results, key: PrivateKey, certificate: x509.Certificate, *, strict: bool, force: bool
) -> bool:
    """Its reports built again (what is signed is built from the record, whatever stood there), may it be signed?"""
    from rempart.evidence.lint import lint, lint_certificate
    from rempart.reporting.build import FORMATS, USUAL, build_reports

    build_reports(run, [name for name, file in FORMATS.items() if name in USUAL or (run / file).exists()])
    remarks = [*lint_certificate(certificate, key, datetime.now(UTC)), *lint(run, results)]
    _show(remarks)
    return not _stops(remarks, strict=strict, force=force)


def _write(
    source: Path,
    results: Results,
    output: Path,
    key: PrivateKey,
    certificates: list[x509.Certificate],
    redaction: Redaction | None,
) -> None:
    from rempart.evidence import dossier as maker

    manifest = maker.build(source, results, output, key, certificates, redaction)
    click.echo(f"Dossier: {output} ({len(manifest.files)} fichiers, {output.stat().st_size} octets)")
    if redaction is not None:
        click.echo(
            f"Caviardage: {redaction.identities} formes d'identités remplacées, {redaction.withheld} contenus retirés"
        )


def _redacted(run: Path, results: Results, scratch: Path) -> tuple[Path, Results, Redaction]:
    """The campaign's folder without identities."""
    from rempart.evidence.redaction import redact
    from rempart.reporting.build import load_results

    target = scratch / run.resolve().name
    target.mkdir()
    redaction = redact(run, results, target)
    return target, load_results(target), redaction


@dossier.command()
@click.argument("run", type=_FOLDER, metavar="RUN")
@click.option("--cert", "cert_file", type=_FILE, metavar="PEM", help="Also judge the certificate that will sign.")
@click.option("--strict", is_flag=True, help="Fail on warnings too: a preuve still missing is one.")
def lint(run: Path, cert_file: Path | None, strict: bool) -> None:
    """Say what would make RUN's dossier refused, or hold somebody's data: exit 1 when an error does."""
    from rempart.evidence.certificates import SignatureProblem, load_certificates
    from rempart.evidence.lint import lint as look
    from rempart.evidence.lint import lint_certificate

    results = _results(run)
    try:
        certificates = load_certificates(cert_file) if cert_file else []
        remarks = look(run, results)
    except (SignatureProblem, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    remarks = [r for c in certificates[:1] for r in lint_certificate(c, None, datetime.now(UTC))] + remarks
    _show(remarks)
    if not remarks:
        click.echo("Rien à signaler.")
    sys.exit(Exit.NON_CONFORME if _stops(remarks, strict=strict, force=False) else Exit.OK)


@dossier.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
@click.option("--self-signed", is_flag=True, required=True, help="Say so: nobody answers for such a certificate.")
@click.option("--name", "common_name", default="Essai de signature Rempart", show_default=True, metavar="TEXT")
@click.option("--kind", type=click.Choice(["ec", "rsa"]), default="ec", show_default=True)
def keygen(folder: Path, self_signed: bool, common_name: str, kind: str) -> None:
    """Write key.pem and cert.pem to FOLDER, to try with. A deposit is signed with a certificate of the editor's own."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from rempart.evidence.certificates import make, write_key

    if not 0 < len(common_name) <= 64:
        raise click.UsageError("--name: 1 à 64 caractères")
    key_file, cert_file = folder / "key.pem", folder / "cert.pem"
    key, certificate = make(common_name, datetime.now(UTC), kind=kind)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if cert_file.exists():
            raise FileExistsError(17, "existe déjà", str(cert_file))
        write_key(key, key_file, os.environ.get(PASSPHRASE, ""))
        cert_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    except OSError as error:
        click.echo(f"{error.filename}: {error.strerror}", err=True)
        sys.exit(Exit.USAGE)
    click.echo(f"Clé: {key_file}\nCertificat autosigné, valable un an: {cert_file}")


def _results(run: Path) -> Results:
    from rempart.reporting.build import ReportError, load_results

    try:
        return load_results(run)
    except ReportError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)


def _passphrase(file: Path | None) -> Callable[[], str]:
    """From the file, else the environment, else the terminal."""

    def ask() -> str:
        if file is not None:
            return file.read_text("utf-8").rstrip("\r\n")
        if given := os.environ.get(PASSPHRASE):
            return given
        return str(click.prompt("Phrase secrète de la clé", hide_input=True, err=True))

    return ask


def _show(remarks: Iterable[Remark]) -> None:
    lines = [str(r) for r in remarks]
    for line in lines[:_SHOWN]:
        click.echo(line, err=True)
    if len(lines) > _SHOWN:
        click.echo(f"et {len(lines) - _SHOWN} autres", err=True)


def _stops(remarks: Iterable[Remark], *, strict: bool, force: bool) -> bool:
    from rempart.evidence.lint import Level

    return any(
        not r.forcible or (r.level is Level.ERROR and not force) or (strict and r.level is Level.WARNING)
        for r in remarks
    )
