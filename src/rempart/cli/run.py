"""`rempart run`: a campaign on a candidate, its reports, and an exit code for CI."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from rempart.candidate.actions import DPI, PFI
from rempart.candidate.config import ConfigErrors, load
from rempart.cli.exit_codes import Exit, of_results
from rempart.model.results import NO_REM


@click.command()
@click.option("--candidate", type=click.Path(path_type=Path), metavar="FILE", help="candidate.yaml; default: embedded.")
@click.option("--dispositif", multiple=True, type=click.Choice([DPI, PFI]), help="Only this one (repeatable).")
@click.option("--requirement", multiple=True, metavar="ID", help="Only this requirement, e.g. CDA/HL7.02 (repeatable).")
@click.option("--scenario", multiple=True, metavar="ID", help="Only this scenario, e.g. CDA/HL7.02.01 (repeatable).")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Folder to write to.")
@click.option("-n", "--workers", metavar="N", help="Parallel workers (a number or auto); each starts the candidate.")
@click.option("--mutant", metavar="NAME", help="Give the embedded reference this defect.")
@click.option("--rem", metavar="EDITION", help="Imported REM to quote, or none. Default: the last one.")
@click.option("--strict", is_flag=True, help="Also fail on scenarios that await a person.")
@click.option("--no-report", is_flag=True, help="Leave results.json and evidence only.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def run(
    candidate: Path | None,
    dispositif: tuple[str, ...],
    requirement: tuple[str, ...],
    scenario: tuple[str, ...],
    output: Path | None,
    workers: str | None,
    mutant: str | None,
    rem: str | None,
    strict: bool,
    no_report: bool,
    pytest_args: tuple[str, ...],
) -> None:
    """Run a campaign, on the embedded reference unless --candidate names another.

    Anything after -- is handed to pytest, e.g. -- -x --alluredir=allure-results.
    """
    code = play(
        candidate=candidate,
        dispositif=dispositif,
        requirement=requirement,
        scenario=scenario,
        output=output,
        workers=workers,
        mutant=mutant,
        rem=rem,
        strict=strict,
        report=not no_report,
        more=pytest_args,
    )
    sys.exit(code)


def play(
    *,
    candidate: Path | None,
    dispositif: Sequence[str] = (),
    requirement: Sequence[str] = (),
    scenario: Sequence[str] = (),
    output: Path | None = None,
    workers: str | None = None,
    mutant: str | None = None,
    rem: str | None = None,
    strict: bool = False,
    report: bool = True,
    more: Sequence[str] = (),
) -> Exit:
    """A campaign with these choices; `more` is handed to pytest. What is wrong is told, and costs no campaign."""
    if problem := _wrong_usage(candidate, workers, mutant, output) or _unknown_rem(rem):
        click.echo(problem, err=True)
        return Exit.USAGE
    arguments: list[str] = []
    for name, values in (("--dispositif", dispositif), ("--requirement", requirement), ("--scenario", scenario)):
        arguments += [part for value in values for part in (name, value)]
    single = {"--candidate": candidate, "--campaign-output": output, "--mutant": mutant, "--rem": rem, "-n": workers}
    for name, value in single.items():
        arguments += [name, str(value)] if value is not None else []
    return _campaign([*arguments, *more], strict=strict, report=report)


def _wrong_usage(candidate: Path | None, workers: str | None, mutant: str | None, output: Path | None) -> str:
    """What makes the campaign impossible, in French; "" when nothing does. Wrong usage costs no campaign."""
    if workers is not None and workers != "auto" and not (workers.isdigit() and int(workers) > 0):
        return f"-n {workers}: un nombre de processus, ou auto, est attendu"
    if output is not None and any((output / name).exists() for name in ("results.json", "parts", "evidence")):
        return f"{output} contient déjà une campagne: choisissez un autre dossier"
    if candidate is None:
        return _unknown_mutant(mutant) if mutant else ""
    if mutant:
        return "--mutant ne concerne que le candidat de référence embarqué: pas avec --candidate"
    try:
        config = load(candidate)
    except ConfigErrors as errors:
        return str(errors)
    if workers is not None and not config.parallel:
        return f"{candidate}: -n veut que Rempart lance lui-même chaque dispositif (section « start »)"
    return ""


def _unknown_mutant(name: str) -> str:
    from rempart.campaign.selftest import mutants

    known = mutants()
    if name in known:
        return ""
    near = ", ".join(difflib.get_close_matches(name, known, n=3)) or "voir python -m rempart.reference --list-mutants"
    return f"mutant inconnu: {name} ({near})"


def _unknown_rem(edition: str | None) -> str:
    if edition is None or edition == NO_REM:
        return ""
    from rempart.catalog.sheets import Library

    known = list(dict.fromkeys(e for _, e in Library().editions()))
    if edition in known:
        return ""
    return f"édition du REM inconnue: {edition} (importées: {', '.join(known) or 'aucune'}; rempart catalog import)"


def _campaign(arguments: Sequence[str], *, strict: bool, report: bool) -> Exit:
    import pytest

    from rempart.campaign.launch import pytest_arguments
    from rempart.cli.progress import Reporter
    from rempart.cli.summary import summary
    from rempart.reporting.build import ReportError, build_reports, load_results

    reporter = Reporter(sys.stdout)
    with pytest_arguments(arguments) as given:
        code = pytest.main(given, plugins=[reporter])
    if code == pytest.ExitCode.USAGE_ERROR:
        return Exit.USAGE
    if reporter.collect_only:
        return Exit.OK if code == pytest.ExitCode.OK else Exit.INCONCLUSIVE
    folder = reporter.folder
    if folder is None or not (folder / "results.json").is_file():
        for anomaly in reporter.anomalies:
            click.echo(anomaly, err=True)
        click.echo("La campagne n'a pas eu lieu: aucun résultat.", err=True)
        return Exit.INTERRUPTED if code == pytest.ExitCode.INTERRUPTED and not reporter.anomalies else Exit.INCONCLUSIVE
    results = load_results(folder)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        click.echo("Aucun scénario ne répond à cette sélection.", err=True)
        return Exit.USAGE
    reports: dict[str, Path] = {}
    if report:
        try:
            reports = build_reports(folder)
        except (ReportError, OSError) as error:
            reporter.anomalies.append(f"rapport non produit: {error}")
    click.echo(summary(results, folder, reports, reporter.anomalies))
    return of_results(results, strict=strict, anomalies=reporter.anomalies)
