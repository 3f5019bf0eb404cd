"""`rempart`: the command line. Each command is a module of its own, imported when it is asked for."""

from __future__ import annotations

import importlib

import click

import rempart

# command -> (module:attribute, one line of help: listing the commands imports none of them)
COMMANDS = {
    "run": ("rempart.cli.run:run", "Run a campaign and write its report."),
    "validate": ("rempart.cli.validate:validate", "Judge messages, documents and archives at rest."),
    "schemas": ("rempart.cli.schemas:schemas", "Install the official schemas and schematrons."),
    "candidate": ("rempart.cli.candidate:candidate", "Write, check and document candidate.yaml."),
    "report": ("rempart.cli.report:report", "Rebuild the reports of a campaign."),
    "attest": ("rempart.cli.attest:attest", "Deposit the preuves that only a person can give."),
    "operator": ("rempart.cli.operator:operator", "Play a campaign by hand, at the terminal."),
    "simulate": ("rempart.cli.simulate:simulate", "Play a partner of your software by hand."),
    "compare": ("rempart.cli.compare:compare", "Tell what changed between two campaigns."),
    "gate": ("rempart.cli.gate:gate", "Pass or fail a campaign by a policy."),
    "dossier": ("rempart.cli.dossier:dossier", "Build and check the signed archive of a campaign."),
    "verify": ("rempart.cli.verify:verify", "Verify a dossier's integrity and signature."),
    "replay": ("rempart.cli.replay:replay", "Recompute every verdict from the evidence alone."),
    "catalog": ("rempart.cli.catalog:catalog", "Read and check the catalogue of requirements."),
    "rules": ("rempart.cli.rules:rules", "Read the index of validation rules."),
    "self-test": ("rempart.cli.self_test:self_test", "Prove the harness on its mutants."),
    "version": ("rempart.cli.version:version", "Print versions."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _version(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    """Not `click.version_option`: it wants the version, slow to find out, at each start."""
    if asked and not ctx.resilient_parsing:
        click.echo(f"rempart, version {rempart.__version__}")
        ctx.exit()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def main() -> None:
    """Check hospital software against the REM requirements of the Ségur du numérique en santé, wave 2.

    Exit codes: 0 nothing mandatory fails, 1 something does, 2 wrong usage or configuration, 3 could not conclude,
    130 interrupted.
    """


if __name__ == "__main__":
    main(prog_name="rempart")
