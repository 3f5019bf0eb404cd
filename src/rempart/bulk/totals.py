"""What the lines say together, in one pass and in bounded memory: nothing is kept of a file but its worst ones."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

VERDICTS = ("conforme", "non_conforme", "erreur")
WORST, REASONS, KINDS, SLOWEST = 50, 30, 200, 20
OTHER = "autres"


@dataclass
class Rule:
    """One rule at one severity: how many files it is found in, how many times, and the first of them."""

    files: int = 0
    times: int = 0
    first: str = ""
    message: str = ""


@dataclass
class Totals:
    files: int = 0
    bytes: int = 0
    elapsed_ms: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    rules: dict[tuple[str, str], Rule] = field(default_factory=dict)  # by rule and severity
    reasons: Counter[str] = field(default_factory=Counter)
    _worst: list[tuple[int, int, str, str]] = field(default_factory=list)
    _slowest: list[tuple[float, str]] = field(default_factory=list)

    def add(self, line: dict[str, Any]) -> None:
        verdict, path = line["verdict"], line["path"]
        self.files += 1
        self.bytes += max(line["file"]["size"], 0)
        self.elapsed_ms += line["elapsed_ms"]
        self.verdicts[verdict] += 1
        kind = line["kind"] if line["kind"] in self.kinds or len(self.kinds) < KINDS else OTHER
        self.kinds.setdefault(kind, Counter())[verdict] += 1
        if line["reason"]:
            self.reasons[self._bounded(line["reason"][:200])] += 1
        errors, warnings = self._add_findings(line["findings"], path)
        if errors or warnings:
            _keep(self._worst, (errors, warnings, path, line["kind"]), WORST)
        _keep(self._slowest, (line["elapsed_ms"], path), SLOWEST)

    def _add_findings(self, findings: Iterable[dict[str, Any]], path: str) -> tuple[int, int]:
        severities: Counter[str] = Counter()
        seen = set()
        for found in findings:
            key = found["rule"], found["severity"]
            rule = self.rules.setdefault(key, Rule(first=path, message=found["message"]))
            rule.times += found["count"]
            rule.files += key not in seen
            seen.add(key)
            severities[found["severity"]] += found["count"]
        return severities["error"], severities["warning"]

    def _bounded(self, reason: str) -> str:
        return reason if reason in self.reasons or len(self.reasons) < REASONS else OTHER

    def as_dict(self) -> dict[str, Any]:
        """Plain data, most frequent first: what `summary.json` holds and the page shows."""
        order = sorted(self.kinds, key=lambda k: (-sum(self.kinds[k].values()), k))
        rules = sorted(self.rules.items(), key=lambda r: (-r[1].files, -r[1].times, r[0]))
        return {
            "files": self.files,
            "bytes": self.bytes,
            "elapsed_ms": round(self.elapsed_ms, 1),
            "verdicts": {v: self.verdicts[v] for v in VERDICTS},
            "kinds": {k: {v: self.kinds[k][v] for v in VERDICTS} for k in order},
            "rules": [
                {"rule": i, "severity": s, "files": r.files, "times": r.times, "first": r.first, "message": r.message}
                for (i, s), r in rules
            ],
            "reasons": dict(self.reasons.most_common()),
            "worst": [
                {"path": p, "kind": k, "errors": e, "warnings": w} for e, w, p, k in sorted(self._worst, reverse=True)
            ],
            "slowest": [{"path": p, "elapsed_ms": ms} for ms, p in sorted(self._slowest, reverse=True)],
        }


def _keep(heap: list[Any], entry: tuple[Any, ...], most: int) -> None:
    if len(heap) < most:
        heapq.heappush(heap, entry)
    else:
        heapq.heappushpop(heap, entry)
