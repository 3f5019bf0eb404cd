"""Print, per kind of message, how many rules of the DMP are described, applied, and proven by a fault.

usage: python tools/xds_report.py [--faults]      --faults: also list the rules that no fault proves

The faults are those of tests/validation/xds/sheet, written from the texts alone. A rule is *proven* when one of them
spoils a sound message in one place and the rule is expected there; what is left is judged beside something else (an
HL7v2 order, the transport) and has its own tests.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_HERE), str(_HERE / "tests")]

from validation.xds.sheet.cases import FAULTS, VARIANTS  # noqa: E402 - tests are no package of the project
from validation.xds.sheet.hostile import HOSTILE  # noqa: E402
from validation.xds.sheet.sound import SOUND, VIHF  # noqa: E402

from rempart.cli.rule_index import missing  # noqa: E402
from rempart.validation.registry import RuleInfo, rules  # noqa: E402

# What the rules of a line say that they apply to.
KINDS = {
    "TD2.1 (ITI-41)": ("ITI-41",), "TD3.1 (ITI-18)": ("ITI-18",), "TD3.2 (ITI-43)": ("ITI-43",),
    "TD3.3 (ITI-57)": ("ITI-57",), "TD0.x": ("TD0", "TD0.2", "TD0.3", "TD0.4"), "VIHF": ("VIHF",),
}  # fmt: skip
_BEGINNINGS = {
    "TD2.1 (ITI-41)": ("feed", "mtom"), "TD3.1 (ITI-18)": ("search",), "TD3.2 (ITI-43)": ("retrieve",),
    "TD3.3 (ITI-57)": ("delete", "mask", "archive", "unarchive", "unmask", "hide"),
    "TD0.x": ("existence", "authorise", "patients", "people", "administrative"),
}  # fmt: skip


def main() -> None:
    absent = set(missing())
    described = {i: info for i, info in rules().items() if _is_ours(i, info)}
    proven = ({rule for rule, _ in FAULTS} | {"DMP-005", "DMP-006"}) & set(described)  # those two: hostile captures
    waiting = {i for i in absent if i.startswith(("XDS-", "DMP-"))}
    applied = set(described) - waiting
    print(f"{len(described | dict.fromkeys(waiting))} rules described, {len(applied)} applied, {len(proven)} proven by "
          "these faults.")  # fmt: skip
    print(f"{len(SOUND)} sound messages, {len(VARIANTS)} variants, {len(VIHF)} assertions in two algorithms, "
          f"{len(FAULTS)} faults, {len(HOSTILE)} hostile captures.\n")  # fmt: skip
    print("| message | rules | applied | proven by a fault | faults |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, words in KINDS.items():
        own = [i for i, info in described.items() if set(words) & set(info.applies)]
        kept = [i for i in own if i not in absent]
        count = sum(_kind(line) == name for _, line in FAULTS)
        print(f"| {name} | {len(own)} | {len(kept)} | {sum(i in proven for i in kept)} | {count} |")
    if "--faults" in sys.argv:
        rest = [i for i in described if i not in proven | absent]
        print("\nProven by no fault of these tables: " + ", ".join(rest))
        print("Not applied (reasons: docs/rules.md): " + ", ".join(sorted(waiting)))


def _is_ours(identifier: str, info: RuleInfo) -> bool:
    known = {word for words in KINDS.values() for word in words}
    return identifier.startswith(("XDS-", "DMP-", "AIR-")) and bool(known & set(info.applies) or "XDS" in info.applies)


def _kind(line: dict[str, Any]) -> str:
    base = str(line.get("of", "feed"))
    if base in VIHF or str(line["do"][0]).startswith("V"):
        return "VIHF"
    return next((kind for kind, starts in _BEGINNINGS.items() if base.startswith(starts)), "answers")


if __name__ == "__main__":
    main()
