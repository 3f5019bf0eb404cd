"""Print, per message type, how many of the 200 HL7v2 rules are applied and how many are proven by a fault.

usage: python tools/hl7v2_report.py [--faults]      --faults: also list the rules that no fault proves

The verdicts of the published messages are printed by tools/corpus_table.py, the speeds by benchmarks/hl7v2.py.
A rule counts for a type when its description says that it applies there. It is *proven* when a table of tests spoils a
sound message in one place and expects it, or when a mutant of the reference breaks it.
"""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_HERE / "tests"))

from validation.hl7v2 import test_pam  # noqa: E402 - tests are no package of the project
from validation.hl7v2.sheet import templates  # noqa: E402
from validation.hl7v2.story import story_faults  # noqa: E402
from validation.hl7v2.volet_faults import FAULTS as VOLET_FAULTS  # noqa: E402

from rempart.cli.rule_index import missing, use_of  # noqa: E402
from rempart.validation.registry import RuleInfo, load_yaml, rules  # noqa: E402

TYPES = {
    "ORU, volet CDA": ("ORU", "cda"),
    "MDM, volet CDA": ("MDM", "cda"),
    "MDM, volet LPS": ("MDM", "lps"),
    "ADT, PAM FR": ("ADT", "pam"),
    "ACK": ("ACK", "ack"),
    "ZAM": ("ZAM", "zam"),
    "mail (MDN, SMTP)": ("MDN", "SMTP"),
}
_OF = {"ORU, volet CDA": "ORU", "MDM, volet CDA": "MDM", "MDM, volet LPS": "LPS", "ADT, PAM FR": "ADT"}


def main() -> None:
    described = {i: info for i, info in rules().items() if i.startswith("HL7-") and i != "HL7-000"}
    absent = [i for i in missing() if i in described]
    fresh, proven = _fresh(), _proven(described)
    applied = len(described) - len(absent)
    how = "proven by a fault of these tables or by a mutant"
    print(f"{len(described)} rules described, {applied} applied, {len(proven)} {how}.")
    faults = sum(map(len, fresh.values()))
    print(f"{faults} faults of {len(templates.MESSAGES)} messages written from the texts alone.\n")
    print("| message | rules | applied | proven by a fault | faults written from the texts alone |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, words in TYPES.items():
        of_type = [i for i, info in described.items() if _applies(info, words)]
        kept = [i for i in of_type if i not in absent]
        count = len(fresh.get(_OF.get(name, name), []))
        print(f"| {name} | {len(of_type)} | {len(kept)} | {sum(i in proven for i in kept)} | {count or '-'} |")
    print("\nNot applied: " + ", ".join(absent) + " (reasons: docs/rules.md)")
    if "--faults" in sys.argv:
        print("Proven by no fault: " + ", ".join(i for i in described if i not in proven and i not in absent))


def _applies(info: RuleInfo, words: tuple[str, ...]) -> bool:
    return any(word.partition("^")[0] in words for word in info.applies)


def _fresh() -> dict[str, list[str]]:
    """Rules of the faults written from the texts, by the first word of the message they spoil."""
    found: dict[str, list[str]] = {}
    for rule, lines in load_yaml(_HERE / "tests" / "validation" / "hl7v2" / "sheet" / "faults.yaml").items():
        for line in lines:
            found.setdefault(line["of"].split()[0], []).append(line.get("rule", rule))
    return found


def _proven(described: dict[str, RuleInfo]) -> set[str]:
    tables = {f.rule for f in (*VOLET_FAULTS, *test_pam.FAULTS, *story_faults.FAULTS)}
    told = tables.union(*_fresh().values())
    return {i for i, info in described.items() if (info.same_as or i) in told or use_of(info).mutants}


if __name__ == "__main__":
    main()
