"""Print the verdict table of the published HL7v2 messages as Markdown.

usage: python tools/corpus_table.py [FOLDER]   (by default ../shared/corpus/hl7v2)
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.validate import validate_message

_HERE = Path(__file__).resolve().parents[1]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _HERE.parent / "shared" / "corpus" / "hl7v2"
    files = [f for f in sorted(folder.rglob("*")) if f.is_file() and f.name != "SOURCES.md"]
    verdicts: Counter[str] = Counter()
    print("| file | message | edition | verdict | errors | warnings |")
    print("| --- | --- | --- | --- | --- | --- |")
    for file in files:
        report = validate_message(file.read_bytes())
        verdicts[report.verdict] += 1
        errors = _listed(report.findings, Severity.ERROR) or report.unreadable
        warnings = sum(f.severity is Severity.WARNING for f in report.findings)
        name = file.relative_to(folder).as_posix().removeprefix("hl7V2-exemples/")
        print(f"| {name} | {report.kind} | {report.edition} | {report.verdict} | {errors} | {warnings} |")
    print(f"\n{len(files)} files: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))


def _listed(findings: list[Finding], severity: Severity) -> str:
    return ", ".join(f"{f.rule} {f.location}" for f in findings if f.severity is severity)


if __name__ == "__main__":
    main()
