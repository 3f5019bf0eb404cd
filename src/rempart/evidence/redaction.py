"""A campaign's folder without identities: same layout, same readers, pseudonyms in their place.

Nothing is changed in the original. `redaction.json` says which files and objects are no longer the recorded ones, with
the SHA-256 of each original, so that who holds the originals can verify; the pseudonyms' secret is written nowhere.

What is replaced is said by `schemas/evidence/redaction.yaml`; what cannot be read (mails, archives, logs, files given
by a person) is taken out whole. Not replaced: the candidate's own description, addresses of machines, what a candidate
writes of a person in a free text under a name that no message of the campaign holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rempart.evidence.redact.content import Walk, withheld
from rempart.evidence.redact.pseudonyms import Pseudonyms
from rempart.evidence.store import EvidenceError, object_path, read_object
from rempart.model.exchange import Exchange
from rempart.model.results import Results

REDACTION = "redaction.json"
# Keys of scenarios, checks and exchanges whose text may name a person. The others are identifiers of ours.
_TEXTS = {"key", "name", "reason", "text", "location", "message", "expected", "actual", "peer", "label", "note"}
_TEXTS |= {"scenario", "concluded", "problems"}
_FREE = {"params"}  # every text under these


class Redaction(BaseModel):
    """`objects`: digest of a rewritten object -> that of its original. `paths`: file -> digest of its original.
    `checks`: checks that cannot be asked again, though their bytes are whole: `<scenario key> #<rank>`."""

    model_config = ConfigDict(extra="forbid")

    format: str = "rempart-redaction-1"
    objects: dict[str, list[str]] = Field(default_factory=dict)
    paths: dict[str, str] = Field(default_factory=dict)
    checks: list[str] = Field(default_factory=list)
    withheld: int = 0  # contents taken out whole
    identities: int = 0  # forms of identities that were learnt

    def files(self, run_dir: Path) -> dict[str, list[str]]:
        """Digests of the originals by path inside the campaign's folder."""
        found = {f"evidence/objects/{digest[:2]}/{digest}": before for digest, before in self.objects.items()}
        return found | {path: [before] for path, before in self.paths.items()}


def read_redaction(run_dir: Path) -> Redaction | None:
    """What was redacted in a campaign's folder; None when it is as recorded. Raises EvidenceError when unreadable."""
    path = run_dir / REDACTION
    try:
        return Redaction.model_validate_json(path.read_bytes()) if path.exists() else None
    except (OSError, ValidationError) as error:
        raise EvidenceError(f"{path}: illisible") from error


def redact(run_dir: Path, results: Results, target: Path, secret: bytes | None = None) -> Redaction:
    """Write the redacted folder (results, evidence; no report) to `target`, which must not exist or be empty.

    `secret`: for tests; else drawn. Raises EvidenceError on missing or altered evidence, OSError.
    """
    if read_redaction(run_dir) is not None:
        raise EvidenceError(f"{run_dir} est déjà caviardé")
    work = _Work(run_dir, target, Pseudonyms(secret or secrets.token_bytes(32)))
    digests = sorted({e.sha256 for e in results.exchanges} | work.stored())
    learning = Walk.learning(work.names)
    for digest in digests:
        learning.content(read_object(work.root, digest))
    for digest in digests:
        work.rewrite(digest)
    record = results.model_dump(mode="json")
    work.scenarios(record["scenarios"], results.exchanges)
    work.rest(record)
    Results.model_validate(record)  # a mistake of ours must not leave a record that nobody can read
    work.sidecars()
    work.write("results.json", json.dumps(record, ensure_ascii=False, indent=1).encode())
    work.redaction.identities = work.names.count
    text = work.redaction.model_dump_json(indent=1)
    (target / REDACTION).write_text(text + "\n", "utf-8")
    return work.redaction


@dataclass
class _Work:
    run_dir: Path
    target: Path
    names: Pseudonyms
    redaction: Redaction = field(default_factory=Redaction)
    digests: dict[str, tuple[str, int]] = field(default_factory=dict)  # original -> rewritten, its size

    @property
    def root(self) -> Path:
        return self.run_dir / "evidence"

    def stored(self) -> set[str]:
        return {p.name for p in (self.root / "objects").glob("*/*") if not p.name.startswith(".")}

    def rewrite(self, digest: str) -> None:
        before = read_object(self.root, digest)
        after = Walk.rewriting(self.names).content(before)
        new = hashlib.sha256(after).hexdigest()
        path = object_path(self.target / "evidence", new)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(after)
        self.digests[digest] = (new, len(after))
        if new != digest:
            self.redaction.objects.setdefault(new, []).append(digest)
            self.redaction.withheld += after == withheld(before)

    def write(self, name: str, data: bytes) -> None:
        path = self.target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        before = (self.run_dir / name).read_bytes()
        if before != data:
            self.redaction.paths[name] = hashlib.sha256(before).hexdigest()

    # -- records ---------------------------------------------------------------------------------------------------

    def scenarios(self, scenarios: list[dict[str, Any]], exchanges: list[Exchange]) -> None:
        """In place. A check is marked when its own parameters named somebody; a place in rewritten bytes is dropped."""
        rewritten = {e.id for e in exchanges if self.digests[e.sha256][0] != e.sha256}
        for number, scenario in enumerate(scenarios):
            scenarios[number] = after = self.texts(scenario)
            both = ([c for s in one["steps"] for c in s["checks"]] for one in (scenario, after))
            for rank, (old, new) in enumerate(zip(*both, strict=True), 1):
                where = f"{after['key']} #{rank}"
                if old != new:
                    self.redaction.checks.append(where)
                if old != new or rewritten.intersection(old["exchanges"]):
                    new["findings"] = [f | {"offset": None, "length": None} for f in new["findings"]]

    def rest(self, record: dict[str, Any]) -> None:
        record["exchanges"] = [self.exchange(e) for e in record["exchanges"]]
        record["problems"] = [self.names.text(p) for p in record["problems"]]
        for requirement in record["requirements"]:
            requirement["scenarios"] = [self.names.text(key) for key in requirement["scenarios"]]
            requirement["reason"] = self.names.text(requirement["reason"])
            for preuve in requirement["preuves"]:
                self.preuve(preuve)

    def preuve(self, preuve: dict[str, Any]) -> None:
        """A recorded object follows its redaction; a file given by a person is taken out, and says so."""
        preuve["reason"] = self.names.text(preuve["reason"])
        if preuve["sha256"] in self.digests and preuve["file"].startswith("evidence/objects/"):
            new = self.digests[preuve["sha256"]][0]
            preuve |= {"sha256": new, "file": f"evidence/objects/{new[:2]}/{new}"}
        elif preuve["file"] and (source := self.run_dir / preuve["file"]).is_file():
            notice = withheld(source.read_bytes())
            name = f"{preuve['file']}.retire.txt"
            path = self.target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(notice)
            self.redaction.paths[name] = hashlib.sha256(source.read_bytes()).hexdigest()
            preuve |= {"sha256": hashlib.sha256(notice).hexdigest(), "file": name}
            self.redaction.withheld += 1

    def exchange(self, exchange: dict[str, Any]) -> dict[str, Any]:
        digest, size = self.digests.get(exchange["sha256"], (exchange["sha256"], exchange["size"]))
        after: dict[str, Any] = self.texts(exchange)
        return after | {"sha256": digest, "size": size}

    def texts(self, value: Any, key: str = "", free: bool = False) -> Any:
        """A copy, its running texts without identities."""
        if isinstance(value, str):
            return self.names.text(value) if free or key in _TEXTS else value
        if isinstance(value, list):
            return [self.texts(v, key, free) for v in value]
        if isinstance(value, dict):
            return {k: self.texts(v, k, free or k in _FREE) for k, v in value.items()}
        return value

    def sidecars(self) -> None:
        """Exchanges and journals line by line; any other file of the evidence (a candidate's log) is taken out."""
        for file in sorted(p for p in self.root.iterdir() if p.is_file() and not p.is_symlink()):
            name, data = f"evidence/{file.name}", file.read_bytes()
            if file.name.startswith("exchanges-") and file.suffix == ".jsonl":
                self.write(name, b"".join(self._line(line, self.exchange) for line in data.split(b"\n")))
            elif file.name.startswith("journal-") and file.suffix == ".jsonl":
                self.write(name, b"".join(self._line(line, self.entry) for line in data.split(b"\n")))
            else:
                self.write(name, withheld(data))
                self.redaction.withheld += 1

    def entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        body = entry["body"]
        if "campaign" in body:
            body = body | {"problems": self.texts(body["problems"], "problems"), "scope": self.scope(body["scope"])}
            return entry | {"body": body}
        return entry | {"body": self.texts(body)}

    def scope(self, scope: dict[str, Any]) -> dict[str, Any]:
        """As the record: reasons without identities, preuves under the digests of what stands there now."""
        supplied = [[d, i, self.told(one)] for d, i, one in scope["supplied"]]
        return scope | {
            "left_out": [[d, i, self.names.text(reason)] for d, i, reason in scope["left_out"]],
            "supplied": supplied,
        }

    def told(self, supplied: dict[str, Any]) -> dict[str, Any]:
        sha256 = supplied["sha256"]
        after = {name: self.names.text(supplied.get(name, "")) for name in ("reason", "against")}
        after["sha256"] = self.digests.get(sha256, (sha256, 0))[0]
        return supplied | after

    def _line(self, line: bytes, rewrite: Any) -> bytes:
        """A line that cannot be read is left out: nobody can say that it is clean."""
        try:
            value = rewrite(json.loads(line)) if line else None
        except (ValueError, KeyError, TypeError):
            return b""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace") + b"\n" if value is not None else b""


def prepare(target: Path) -> None:
    """An empty folder to write to. Raises EvidenceError when it holds something."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise EvidenceError(f"{target} existe déjà: choisissez un autre dossier")
    target.mkdir(parents=True, exist_ok=True)


def discard(target: Path) -> None:
    """Takes away a folder that was being written."""
    shutil.rmtree(target, ignore_errors=True)
