"""The gate accepts what is known and in date, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting.fixture import campaign

from rempart.candidate.yamlfile import ConfigErrors
from rempart.cli.main import main
from rempart.model.results import Results
from rempart.model.verdict import Verdict, worst
from rempart.reporting.gate import judge
from rempart.reporting.policy import Policy, load_policy

DPI = "HOP-DPI-Va2"
TODAY = date(2026, 11, 27)
KEY = f"{DPI}/CDA/HL7.02.02"
BASE = {"version": 1, "dispositifs": [DPI], "awaiting_person": "allow", "not_run": "allow"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The DPI part of the campaign of every kind, with nothing that the harness failed at."""
    whole = campaign(tmp_path_factory.mktemp("run"))
    return whole.model_copy(
        update={
            "problems": [],
            "scenarios": [s for s in whole.scenarios if s.verdict is not Verdict.INDETERMINE and s.dispositif == DPI],
            "requirements": [r for r in whole.requirements if r.dispositif == DPI and r.id != "CDA/HL7.03"],
        }
    )


def _policy(**more: object) -> Policy:
    return Policy.model_validate(BASE | more)


def _known(record: Results, **more: object) -> list[dict[str, object]]:
    """An entry for each rule of the non conforming scenario."""
    bad = next(s for s in record.scenarios if s.key == KEY)
    common = {
        "owner": "équipe interop",
        "reason": "corrigé en 4.3",
        "expires": TODAY,
        "scenario": "CDA/HL7.02.02",
    } | more
    return [common | {"rule": rule} for rule in sorted({f.rule for f in bad.findings if f.blocks})]


def _conforming(record: Results) -> Results:
    scenarios = [s.model_copy(update={"verdict": Verdict.CONFORME, "steps": []}) for s in record.scenarios]
    requirements = [r.model_copy(update={"verdict": Verdict.CONFORME}) for r in record.requirements]
    return record.model_copy(update={"scenarios": scenarios, "requirements": requirements})


def _told(record: Results, policy: Policy) -> list[str]:
    return [r.message for r in judge(record, policy, TODAY).refusals]


def test_a_non_conforming_scenario_closes_it_and_known_findings_open_it(record: Results) -> None:
    (refusal,) = _told(record, _policy())
    assert refusal.startswith(f"{DPI} CDA/HL7.02: CDA/HL7.02.02 non conforme")
    outcome = judge(record, _policy(known_findings=_known(record)), TODAY)
    assert outcome.refusals == []
    assert len(outcome.accepted) == 1 and "CDA/HL7.02.02" in outcome.accepted[0]


def test_each_blocking_finding_has_to_be_known(record: Results) -> None:
    entries = _known(record)
    for n in range(len(entries)):
        assert len(_told(record, _policy(known_findings=entries[:n] + entries[n + 1 :]))) == 1


def test_an_expired_entry_fails_and_accepts_nothing_any_more(record: Results) -> None:
    told = _told(record, _policy(known_findings=_known(record, expires=date(2026, 11, 26))))
    assert any("non conforme" in t for t in told)
    assert sum("date passée" in t for t in told) == len(_known(record))


def test_a_stale_entry_fails(record: Results) -> None:
    stale = [{**e, "rule": "HL7-999"} for e in _known(record)[:1]]
    (told,) = _told(record, _policy(known_findings=[*_known(record), *stale]))
    assert "HL7-999" in told and "à retirer" in told
    elsewhere = [{**e, "scenario": "MSS/UX.99.01"} for e in stale]
    assert "n'a pas été joué" in _told(record, _policy(known_findings=[*_known(record), *elsewhere]))[-1]


def test_a_pattern_takes_brackets_as_they_are(record: Results) -> None:
    assert _told(record, _policy(known_findings=_known(record, location="PID-3[9]*")))
    assert _told(record, _policy(known_findings=_known(record, location="*", scenario="CDA/*"))) == []


def test_a_preconisation_and_a_profile_not_asked_for_never_close_it(record: Results) -> None:
    outcome = judge(record, _policy(known_findings=_known(record)), TODAY)
    assert outcome.ignored == sum(r.nature == "préconisation" or r.profile != "Général" for r in record.requirements)


def test_what_awaits_a_person_or_was_not_run_fails_unless_allowed(record: Results) -> None:
    known = _known(record)
    waiting = _told(record, _policy(known_findings=known, awaiting_person="fail"))
    assert waiting == [f"{DPI} INS/va1.16: à attester par une personne"]
    missing = _told(record, _policy(known_findings=known, not_run="fail"))
    assert missing == [f"{DPI} INS/va1.61: non testé", f"{DPI} MSS/va1.20: non testé"]


def test_a_floor_is_held_whatever_is_allowed(record: Results) -> None:
    floor = [{"section": "Identité*", "verdict": "a_attester"}, {"requirement": "INS/va1.16", "verdict": "atteste"}]
    told = _told(record, _policy(known_findings=_known(record), minimum=floor))
    assert told == [
        f"{DPI} INS/va1.16: à attester, au moins « attesté » est exigé",
        f"{DPI} INS/va1.61: non testé, au moins « à attester » est exigé",
    ]


def test_a_dispositif_or_a_profile_that_was_not_judged_fails(record: Results) -> None:
    clean = _conforming(record)
    told = _told(clean, _policy(dispositifs=[DPI, "HOP-PFI-Va2"], profiles=["Général", "IAM"]))
    assert told == ["dispositif non jugé: HOP-PFI-Va2", "profil « IAM »: aucune exigence de ce profil dans la campagne"]


def test_what_the_harness_could_not_do_is_inconclusive_never_accepted(record: Results) -> None:
    clean = _conforming(record)
    for update in ({"problems": ["x"]}, {"campaign": clean.campaign.model_copy(update={"interrupted": True})}):
        assert [r.inconclusive for r in judge(clean.model_copy(update=update), _policy(), TODAY).refusals] == [True]
    assert any(r.inconclusive for r in judge(clean.model_copy(update={"scenarios": []}), _policy(), TODAY).refusals)


@settings(deadline=None, max_examples=60)
@given(verdicts=st.lists(st.sampled_from(list(Verdict)), min_size=3, max_size=3), worse=st.integers(0, 2))
def test_making_a_scenario_fail_never_opens_the_gate(record: Results, verdicts: list[Verdict], worse: int) -> None:
    def scenarios(given: list[Verdict]) -> Results:
        keys = record.requirements[0].scenarios[:2] + record.requirements[1].scenarios[:1]
        update = dict(zip(keys, given, strict=True))
        found = [
            s.model_copy(update={"verdict": update.get(s.key, Verdict.CONFORME), "steps": []}) for s in record.scenarios
        ]
        by_key = {s.key: s for s in found}
        requirements = [
            r.model_copy(update={"verdict": worst(by_key[k].verdict for k in r.scenarios)}) for r in record.requirements
        ]
        return record.model_copy(update={"scenarios": found, "requirements": requirements})

    policy = Policy.model_validate({"version": 1, "dispositifs": [DPI], "awaiting_person": "fail"})
    failed = [*verdicts[:worse], Verdict.NON_CONFORME, *verdicts[worse + 1 :]]
    assert judge(scenarios(failed), policy, TODAY).refusals


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("version: 1\ndispositifs: [HOP-XXX]\n", 2, "n'est pas une valeur acceptée"),
        ("version: 1\ndispositifs: [HOP-DPI-Va2]\nawaiting: fail\n", 3, "awaiting_person"),
        (
            "version: 1\ndispositifs: [HOP-DPI-Va2]\nknown_findings:\n  - rule: HL7-1\n    owner: moi\n    reason: x\n",
            4,
            "expires",
        ),
        ("version: 1\ndispositifs: [HOP-DPI-Va2]\nminimum:\n  - verdict: conforme\n", 4, "l'un des deux"),
        (
            "version: 1\ndispositifs: [HOP-DPI-Va2]\nminimum: [{section: INS, verdict: indetermine}]\n",
            3,
            "valeur acceptée",
        ),
    ],
)
def test_a_wrong_policy_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "gate.yaml").write_text(text)
    with pytest.raises(ConfigErrors) as caught:
        load_policy(tmp_path / "gate.yaml")
    assert caught.value.errors[0].line == line
    assert said in str(caught.value)


def _run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["gate", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_command(record: Results, tmp_path: Path) -> None:
    run, policy = tmp_path / "results.json", tmp_path / "gate.yaml"
    policy.write_text(f"version: 1\ndispositifs: [{DPI}]\nawaiting_person: allow\nnot_run: allow\n")
    run.write_text(record.model_dump_json(), "utf-8")
    assert _run(run, "--policy", policy).exit_code == 1
    run.write_text(_conforming(record).model_dump_json(), "utf-8")
    passed = _run(run, "--policy", policy, "--format", "json")
    assert passed.exit_code == 0 and json.loads(passed.output)["passes"] is True
    run.write_text(_conforming(record).model_copy(update={"problems": ["x"]}).model_dump_json(), "utf-8")
    assert _run(run, "--policy", policy).exit_code == 3
    assert _run(tmp_path / "absent", "--policy", policy).exit_code == 2
    assert _run(run, "--policy", tmp_path / "absent").exit_code == 2
    policy.write_text(
        policy.read_text() + "known_findings: [{rule: A-1, owner: moi, reason: essai, expires: 2026-12-01}]\n"
    )
    run.write_text(_conforming(record).model_dump_json(), "utf-8")
    assert "ne correspond plus" in _run(run, "--policy", policy, "--date", "2026-11-27").output
    assert "date passée" in _run(run, "--policy", policy, "--date", "2026-12-02").output
