"""docs/rules.md: every rule, where it is applied, and the numbered ones that nothing applies, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rempart.cli.rule_index import Use, missing, use_of
from rempart.reporting.words import SEVERITY
from rempart.validation.registry import RuleInfo, rules

_FAMILIES = {
    "HL7": "Messages HL7v2",
    "CDA": "Documents CDA",
    "OFF": "Documents CDA, selon les packs officiels installés",
    "REF": "Packs officiels: ce qui les empêche de conclure",
    "XDM": "Archives XDM",
    "XDS": "Métadonnées XDS",
    "DMP": "Messages du DMP",
    "CON": "Textes qui se contredisent",
    "MSS": "Messagerie MSSanté",
    "REM": "Comportement du logiciel",
    "PRV": "Preuves déposées",
}
_HEAD = """# Index of rules

Generated from the rules, the profiles and the code that applies them: `rempart rules list --format markdown >
docs/rules.md`. `rempart rules show HL7-057` explains one: profile lines, remedy, a conforming and a faulty segment.

| where | what it means |
| --- | --- |
| profil | a line of a message profile says it (`schemas/`): any message at rest |
| fonction | a rule function says it: any message or document at rest |
| pack | an official schematron, when its pack is installed (`rempart schemas`): any document at rest |
| dossier | messages of a folder, judged together (`rempart validate --story`) |
| échange | a named check of a message and its answer, in a campaign |
| scénarios | features of a campaign whose steps ask for it |
| défauts | known defects of the reference that break it and are caught (`rempart self-test`) |
"""


def page(chosen: Sequence[RuleInfo], *, whole: bool = True) -> str:
    """The page, of some rules; `whole` adds how many of the 200 HL7 rules are applied, and the others."""
    return "\n".join(_page(chosen, whole)) + "\n"


def _page(chosen: Sequence[RuleInfo], whole: bool) -> Iterator[str]:
    yield _HEAD
    if whole:
        yield from _numbers()
    for prefix, title in _FAMILIES.items():
        if own := sorted((r for r in chosen if r.id.startswith(prefix)), key=lambda r: r.id):
            yield f"## {title}\n"
            yield "| règle | gravité | exige | appliquée par |"
            yield "| --- | --- | --- | --- |"
            for info in own:
                yield f"| {info.id} | {SEVERITY[info.severity]} | {_cell(info.title)} | {_cell(_where(info))} |"
            yield ""
    if whole:
        yield "## Règles non appliquées\n"
        for rule_id, reason in missing().items():
            title = rules()[rule_id].title if rule_id in rules() else "pas de règle décrite"
            yield f"- **{rule_id}** {_cell(title)}. {_cell(reason)}"


def _numbers() -> Iterator[str]:
    """How many of HL7-001 to HL7-200 are applied, at rest, in stories, in dialogue only."""
    counts: Counter[str] = Counter()
    for number in range(1, 201):
        info = rules().get(f"HL7-{number:03}")
        counts[_how(use_of(info)) if info else "aucune"] += 1
    words = {
        "repos": "applied to messages at rest",
        "dossier": "need several messages: judged in a folder, and in dialogue where a scenario has them",
        "échange": "applied to exchanges of a campaign only",
        "aucune": "not applied, listed at the end with the reason",
    }
    yield "## HL7-001 to HL7-200\n"
    yield from (f"- {counts[key]} {said}" for key, said in words.items())
    yield ""


def _how(used: Use) -> str:
    if used.at_rest:
        return "repos"
    if used.stories:
        return "dossier"
    return "échange" if used.anywhere else "aucune"


def _where(info: RuleInfo) -> str:
    used = use_of(info)
    said = []
    if info.same_as:
        said.append(f"même règle que {info.same_as}")
    if used.lines:
        said.append("profil")
    if used.functions:
        said.append(f"fonction {', '.join(sorted({f.__name__ for f in used.functions}))}")
    if used.packs:
        said.append("pack officiel")
    if used.stories:
        said.append(f"dossier ({', '.join(used.stories)})")
    if used.checks:
        said.append(f"échange ({', '.join(used.checks)})")
    if used.features:
        said.append(f"scénarios ({', '.join(f.removesuffix('.feature') for f in used.features)})")
    if used.mutants:
        said.append(f"{len(used.mutants)} défaut{'s' if len(used.mutants) > 1 else ''}")
    return "; ".join(said) or ("non appliquée, voir plus bas" if info.id in missing() else "aucun contrôle")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
