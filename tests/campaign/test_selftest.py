"""The self-test's own judgement: survivors, misses and unwritten side effects are all said."""

from rempart.campaign.selftest import Mutant, Outcome, judge_mutant, matrix, uncovered
from rempart.model.verdict import Verdict

A, B = "CDA/HL7.02.01::un", "CDA/HL7.01.01::deux"
SOUND = {A: Verdict.CONFORME, B: Verdict.CONFORME}


def _judge(seen: dict[str, Verdict], **mutant: object) -> list[str]:
    body = Mutant.model_validate({"dispositif": "HOP-DPI-Va2", "description": "d", **mutant})
    return list(judge_mutant("m", body, SOUND, seen))


def test_a_mutant_caught_where_it_should_is_no_problem() -> None:
    assert _judge({A: Verdict.NON_CONFORME, B: Verdict.CONFORME}, caught_by=[A]) == []


def test_a_survivor_is_said() -> None:
    problems = _judge(SOUND, caught_by=[A])
    assert any("SURVIT" in p for p in problems)
    assert any("devait le trouver" in p for p in problems)


def test_an_unwritten_side_effect_is_said_and_a_written_one_is_not() -> None:
    seen = {A: Verdict.NON_CONFORME, B: Verdict.INDETERMINE}
    assert _judge(seen, caught_by=[A]) == [f"m: « {B} » rend aussi « indéterminé », sans que ce soit écrit"]
    assert _judge(seen, caught_by=[A], also={B: "le message n'arrive pas"}) == []


def test_an_indeterminate_scenario_does_not_count_as_a_catch() -> None:
    assert len(_judge({A: Verdict.INDETERMINE, B: Verdict.CONFORME}, caught_by=[A])) == 2


def test_a_scenario_that_does_not_exist_is_said() -> None:
    seen = {A: Verdict.NON_CONFORME, B: Verdict.CONFORME}
    assert "n'est pas un scénario" in _judge(seen, caught_by=[A, "X::y"])[0]


def test_a_scenario_without_a_mutant_is_not_proven() -> None:
    outcome = Outcome(baseline={"HOP-DPI-Va2": SOUND}, caught={})
    assert len(list(uncovered(outcome))) == 2
    assert "| CDA/HL7.02.01::un | conforme | — |" in matrix(outcome)
