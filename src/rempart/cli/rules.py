"""`rempart rules`: the index of validation rules."""

from __future__ import annotations

import json
import sys

import click

from rempart.cli.exit_codes import Exit
from rempart.validation.registry import RuleInfo
from rempart.validation.registry import rules as all_rules

_ROLE = {"out": "ce que le candidat émet", "in": "sa réaction à ce qu'il reçoit", "both": "ce qu'il émet et reçoit"}


@click.group()
def rules() -> None:
    """The rules that Rempart applies, each with the official text it comes from."""


@rules.command("list")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_rules(output: str) -> None:
    """All rules: id, severity, what must be true."""
    for info in all_rules().values():
        if output == "json":
            click.echo(json.dumps(info.model_dump(mode="json"), ensure_ascii=False))
        else:
            click.echo(f"{info.id:<9} {info.severity:<8} {info.title}")


@rules.command()
@click.argument("rule_id", metavar="ID")
def show(rule_id: str) -> None:
    """One rule: source, scope, remedy, example."""
    info = all_rules().get(rule_id.upper())
    if info is None:
        click.echo(f"Règle inconnue: {rule_id} (voir rempart rules list)", err=True)
        sys.exit(Exit.USAGE)
    for name, value in _described(info):
        click.echo(f"{name + ':':<12} {value}")


def _described(info: RuleInfo) -> list[tuple[str, str]]:
    lines = [
        ("règle", info.id),
        ("gravité", str(info.severity)),
        ("exige", info.title),
        ("source", info.source),
        ("porte sur", f"{_ROLE[info.role]}: {', '.join(info.applies) or 'tout message'}"),
        ("depuis", info.since),
        ("à faire", info.fix),
        ("exemple", info.example),
    ]
    return [(name, value) for name, value in lines if value]
