"""`rempart rules`: the index of validation rules, and each one explained."""

from __future__ import annotations

import difflib
import inspect
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from rempart.cli.exit_codes import Exit
from rempart.validation.explain import Excerpt
from rempart.validation.registry import RuleInfo
from rempart.validation.registry import rules as all_rules

_ROLE = {"out": "ce que le candidat émet", "in": "sa réaction à ce qu'il reçoit", "both": "ce qu'il émet et reçoit"}
_NEAR = 5  # ids proposed for one that does not exist


@click.group()
def rules() -> None:
    """The rules that Rempart applies, each with the official text it comes from."""


@rules.command("list")
@click.option("--family", help="Rules of one family or message type: cda, lps, pam, ack, zam, ADT^A31, cda-document…")
@click.option("--text", "word", help="Rules that say this word, in any case.")
@click.option(
    "--format", "output", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="markdown is docs/rules.md: where each rule is applied, and those that are not, with the reason.",
)  # fmt: skip
def list_rules(family: str | None, word: str | None, output: str) -> None:
    """All rules: id, severity, what must be true."""
    chosen = [r for r in all_rules().values() if _concerns(r, family) and _says(r, word)]
    if output == "markdown":
        from rempart.cli.rules_page import page  # reads every profile and feature: for this page only

        click.echo(page(chosen, whole=not (family or word)), nl=False)
        return
    for info in chosen:
        if output == "json":
            click.echo(json.dumps(asdict(info), ensure_ascii=False))
        else:
            click.echo(f"{info.id:<9} {info.severity:<8} {info.title}")
    if not chosen and output == "text":
        click.echo("Aucune règle ne correspond.", err=True)


@rules.command()
@click.argument("rule_id", metavar="ID")
def show(rule_id: str) -> None:
    """One rule: source, where it is applied, remedy, a conforming and a faulty segment."""
    info = all_rules().get(rule_id.upper())
    if info is None:
        near = difflib.get_close_matches(rule_id.upper(), all_rules(), n=_NEAR, cutoff=0.6)
        proposed = f"; règles proches: {', '.join(near)}" if near else ""
        click.echo(f"Règle inconnue: {rule_id} (voir rempart rules list){proposed}", err=True)
        sys.exit(Exit.USAGE)
    for line in _described(info):
        click.echo(line)


def _concerns(info: RuleInfo, family: str | None) -> bool:
    if family is None:
        return True
    wanted, own = family.casefold(), [a.casefold() for a in info.applies]
    return wanted in own or any(a.startswith(f"{wanted}^") or wanted.startswith(f"{a}^") for a in own)


def _says(info: RuleInfo, word: str | None) -> bool:
    said = " ".join((info.id, info.title, info.source, info.fix, info.example))
    return word is None or word.casefold() in said.casefold()


def _described(info: RuleInfo) -> Iterator[str]:
    from rempart.cli.rule_index import editions_of, not_implemented, use_of

    used = use_of(info)
    yield from _fields(
        ("règle", info.id),
        ("gravité", str(info.severity)),
        ("exige", info.title),
        ("source", info.source),
        ("porte sur", f"{_ROLE[info.role]}: {', '.join(info.applies) or 'tout message'}"),
        ("édition", ", ".join(editions_of(info))),
        ("depuis", info.since),
        ("jugée par", f"{info.same_as}, qui dit la même chose" if info.same_as else ""),
        ("à faire", info.fix),
    )
    yield from _listed("profils", used.lines)
    for function, families in used.functions.items():
        says = inspect.getdoc(function) or (inspect.getdoc(inspect.getmodule(function)) or "").splitlines()[0]
        yield from _listed(f"fonction {function.__name__} ({', '.join(families)})", says.splitlines())
    yield from _listed("packs officiels", used.packs)
    yield from _listed("dossier de messages (validate --story)", used.stories)
    yield from _listed("contrôles d'échanges", used.checks)
    yield from _listed("scénarios", used.features)
    yield from _listed("défauts de démonstration", [f"{n}: {', '.join(by)}" for n, by in used.mutants.items()])
    if not used.anywhere:
        yield from _listed("non appliquée", [not_implemented().get(info.id, "aucun contrôle ne la dit")])
    yield from _examples(info)


def _fields(*fields: tuple[str, str]) -> Iterator[str]:
    yield from (f"{name + ':':<12} {value}" for name, value in fields if value)


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"    {line}" for line in lines)


def _examples(info: RuleInfo) -> Iterator[str]:
    from rempart.validation.examples import example_of, written_example

    found = example_of(info)
    sound, wrong = (found.sound, found.wrong) if found else written_example(info)
    if found and info.example:
        yield from _fields(("forme", info.example))
    yield from _listed("conforme", [line for e in sound for line in _lines(e)])
    yield from _listed("fautif", [line for e in wrong for line in _lines(e)])
    if found:
        yield f"    {found.finding.message}"


def _lines(excerpt: Excerpt) -> list[str]:
    unmarked = excerpt.start == excerpt.end == 0 and not excerpt.label
    return [excerpt.text] if unmarked else [excerpt.text, excerpt.underline]
