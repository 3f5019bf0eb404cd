"""What each worker leaves on disk as it goes, so that an interrupted campaign loses nothing that was recorded.

`parts/<worker>.jsonl`, one JSON object per line: `{"collected": Identity}`, `{"result": ScenarioResult}`,
`{"problem": text}`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rempart.campaign.ledger import Identity
from rempart.model.results import ScenarioResult
from rempart.model.verdict import Verdict


class PartWriter:
    def __init__(self, run_dir: Path, worker: str) -> None:
        folder = run_dir / "parts"
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / f"{worker}.jsonl").open("a", encoding="utf-8")

    def _write(self, entry: dict[str, object]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()

    def collected(self, identity: Identity) -> None:
        self._write({"collected": asdict(identity)})

    def result(self, result: ScenarioResult) -> None:
        self._write({"result": result.model_dump(mode="json")})

    def problem(self, text: str) -> None:
        self._write({"problem": text})

    def close(self) -> None:
        self._file.close()


@dataclass
class Parts:
    """All workers' parts, put together."""

    collected: dict[str, Identity] = field(default_factory=dict)
    results: dict[str, ScenarioResult] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def scenarios(self) -> list[ScenarioResult]:
        """One result per collected scenario, whatever happened to it."""
        return [self.results.get(key) or _never_run(identity) for key, identity in self.collected.items()]


def _never_run(identity: Identity) -> ScenarioResult:
    return ScenarioResult(
        **asdict(identity),
        verdict=Verdict.NON_TESTE,
        reason="la campagne s'est arrêtée avant ce scénario",
    )


def read_parts(run_dir: Path) -> Parts:
    """Reads every part. A last line cut by a kill is passed over, and said."""
    parts = Parts()
    for file in sorted((run_dir / "parts").glob("*.jsonl")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            try:
                entry = json.loads(line)
            except ValueError:
                parts.problems.append(f"{file.name}, ligne {number}: écriture interrompue, ignorée")
                continue
            if "collected" in entry:
                identity = Identity(**entry["collected"])
                parts.collected[identity.key] = identity
            elif "result" in entry:
                result = ScenarioResult.model_validate(entry["result"])
                parts.results[result.key] = result
            else:
                parts.problems.append(entry["problem"])
    return parts
