"""Replay: the same verdicts from the evidence alone, and whatever was touched shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evidence.small import NAMES, campaign
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rempart.campaign import replay as module
from rempart.campaign.replay import ReplayError, as_json, replay
from rempart.evidence.store import object_path
from rempart.model.verdict import Verdict

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign")
    campaign(folder)
    return folder


@pytest.fixture
def run(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "run"))


def edit(run: Path, change: Edit) -> None:
    path = run / "results.json"
    record = json.loads(path.read_text("utf-8"))
    change(record)
    path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")


def test_every_way_to_a_verdict_is_replayed(run: Path) -> None:
    record = json.loads((run / "results.json").read_text("utf-8"))
    verdicts = {s["name"]: s["verdict"] for s in record["scenarios"]}
    assert set(verdicts.values()) == {"conforme", "non_conforme", "indetermine", "a_attester", "non_teste"}
    told = replay(run)
    assert told.identical, (told.differences, told.faults)
    assert (told.scenarios, told.checks, told.exchanges, told.warnings) == (len(NAMES), 5, 4, [])


def _flip(record: dict[str, Any]) -> None:
    record["scenarios"][1]["verdict"] = "conforme"


def _forget_finding(record: dict[str, Any]) -> None:
    record["scenarios"][1]["steps"][0]["checks"][0]["findings"] = []


def _forget_scenario(record: dict[str, Any]) -> None:
    del record["scenarios"][1]


def _soften(record: dict[str, Any]) -> None:
    record["scenarios"][1]["steps"][0]["checks"][0]["findings"][0]["severity"] = "warning"


def _forget_check(record: dict[str, Any]) -> None:
    record["scenarios"][1]["steps"][0]["checks"] = []


def _other_parameters(record: dict[str, Any]) -> None:
    record["scenarios"][1]["steps"][0]["checks"][0]["params"]["equals"] = "PAT-TROIS"


def _better_totals(record: dict[str, Any]) -> None:
    record["totals"][0]["scenarios"] = {"conforme": 99}


def _better_requirement(record: dict[str, Any]) -> None:
    next(r for r in record["requirements"] if r["id"] == "INS/va1.61")["verdict"] = "conforme"


def _supplied(record: dict[str, Any]) -> None:
    wanted = next(r for r in record["requirements"] if r["id"] == "INS/va1.61")
    wanted["preuves"][0] |= {"status": "to_supply", "file": "", "sha256": ""}


def _other_reason(record: dict[str, Any]) -> None:
    record["scenarios"][3]["reason"] = "rien"


def _twice(record: dict[str, Any]) -> None:
    record["scenarios"].append(record["scenarios"][0])


def _other_order(record: dict[str, Any]) -> None:
    record["scenarios"].reverse()


def _optional(record: dict[str, Any]) -> None:
    record["scenarios"][1]["mandatory"] = False


def _campaign_verdict(record: dict[str, Any]) -> None:
    record["verdict"] = "conforme"


def _other_candidate(record: dict[str, Any]) -> None:
    record["campaign"]["candidate"]["version"] = "2"


def _forget_exchange(record: dict[str, Any]) -> None:
    del record["exchanges"][0]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_flip, "scénario"),
        (_forget_finding, "constat"),
        (_forget_scenario, "non conforme: annoncé (absent)"),
        (_soften, "severity warning"),
        (_forget_check, "contrôle 1"),
        (_other_parameters, "params"),
        (_better_totals, "totaux"),
        (_better_requirement, "exigence HOP-DPI-Va2 INS/va1.61"),
        (_supplied, "preuve INS/va1.61.01.01"),
        (_other_reason, "reason"),
        (_twice, "(2)"),
        (_other_order, "ordre"),
        (_optional, "mandatory"),
        (_campaign_verdict, "verdict de la campagne"),
        (_other_candidate, "campagne, candidate"),
        (_forget_exchange, "échange main-000001"),
    ],
)
def test_a_tampered_record_shows(run: Path, change: Edit, named: str) -> None:
    edit(run, change)
    told = replay(run)
    assert not told.identical
    assert any(named in str(d) for d in told.differences), [str(d) for d in told.differences]


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_verdict_changed_anywhere_shows(original: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Property: whichever verdict of the record is replaced by any other one, the replay is not identical."""
    run = tmp_path / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(original, run)
    record = json.loads((run / "results.json").read_text("utf-8"))
    holders = [record, *record["scenarios"], *record["requirements"]]
    holder = data.draw(st.sampled_from(range(len(holders))))
    other = data.draw(st.sampled_from([v.value for v in Verdict if v.value != holders[holder]["verdict"]]))
    holders[holder]["verdict"] = other
    (run / "results.json").write_text(json.dumps(record), "utf-8")
    assert replay(run).differences


def test_altered_and_missing_bytes_show_even_when_no_check_reads_them(run: Path) -> None:
    record = json.loads((run / "results.json").read_text("utf-8"))
    digests = [e["sha256"] for e in record["exchanges"]]
    object_path(run / "evidence", digests[0]).write_bytes(b"{}")
    object_path(run / "evidence", digests[1]).unlink()
    told = replay(run)
    assert any("main-000001" in f and "altérée" in f for f in told.faults)
    assert any("main-000002" in f and "absente" in f for f in told.faults)
    assert told.differences  # what was found of them is not found again


@pytest.mark.parametrize("number", [0, 1, 3, 5])
def test_a_line_of_the_journal_taken_away_shows(run: Path, number: int) -> None:
    path = run / "evidence" / "journal-main.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
    assert replay(run).faults


def test_the_end_of_a_journal_cut_off_shows(run: Path) -> None:
    path = run / "evidence" / "journal-main.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert any("ne finit pas" in f for f in replay(run).faults)


@pytest.mark.parametrize("kept", [slice(1, None), slice(None, -1)])
def test_an_exchange_taken_away_everywhere_shows(run: Path, kept: slice) -> None:
    path = run / "evidence" / "exchanges-main.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[kept]))
    edit(run, lambda record: record.update(exchanges=record["exchanges"][kept]))
    assert any("échanges à la fin de la campagne" in f for f in replay(run).faults)


def test_another_version_is_said_and_does_not_hide_a_difference(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "versions", lambda: {"rempart": "9", "catalogue": "other"})
    told = replay(run)
    assert any("catalogue" in w and "other" in w for w in told.warnings)
    assert told.identical


def test_a_check_that_this_version_lacks_is_a_fault(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str, *_: object) -> None:
        raise KeyError(name)

    monkeypatch.setattr(module, "run_check", unknown)
    told = replay(run)
    assert any("inconnu de cette version" in f for f in told.faults) and told.differences


def test_without_journal_nothing_is_claimed(run: Path) -> None:
    (run / "evidence" / "journal-campaign.jsonl").unlink()
    with pytest.raises(ReplayError, match="journal"):
        replay(run)


@pytest.mark.parametrize("text", ["", "{}", "[" * 5000, '{"format": 1}'])
def test_unreadable_results_are_one_clear_error(run: Path, text: str) -> None:
    (run / "results.json").write_text(text)
    with pytest.raises(ReplayError, match=r"results\.json"):
        replay(run)


@pytest.mark.parametrize("kind", ["collected", "scenario", "campaign"])
def test_a_journal_of_another_shape_is_one_clear_error(run: Path, kind: str) -> None:
    for file in (run / "evidence").glob("journal-*.jsonl"):
        entries = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        for entry in entries:
            entry["body"] = {"x": 1} if entry["kind"] == kind else entry["body"]
        file.write_text("".join(json.dumps(e) + "\n" for e in entries), "utf-8")
    with pytest.raises(ReplayError):
        replay(run)


def test_json_says_the_same(run: Path) -> None:
    edit(run, _flip)
    told = json.loads(as_json(replay(run)))
    assert told["identical"] is False
    assert {"subject", "stated", "replayed"} == set(told["differences"][0])
