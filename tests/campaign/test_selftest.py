"""The self-test's own judgement: survivors, misses and unwritten side effects are all said."""

import pytest

from rempart.campaign.selftest import Mutant, Outcome, judge_mutant, matrix, named_requirements, uncovered
from rempart.catalog import load
from rempart.model.verdict import Verdict

A, B, C = "CDA/HL7.02.01::un", "CDA/HL7.01.01::deux", "CDA/HL7.02.01::trois"
SOUND = {A: Verdict.CONFORME, B: Verdict.CONFORME, C: Verdict.CONFORME}


def _judge(seen: dict[str, Verdict], *, complete: bool = False, **mutant: object) -> list[str]:
    body = Mutant.model_validate({"dispositif": "HOP-DPI-Va2", "description": "d", **mutant})
    return list(judge_mutant("m", body, SOUND, seen, complete=complete))


def _seen(**changed: Verdict) -> dict[str, Verdict]:
    return SOUND | {{"a": A, "b": B, "c": C}[name]: verdict for name, verdict in changed.items()}


def test_a_mutant_caught_where_it_should_is_no_problem() -> None:
    assert _judge(_seen(a=Verdict.NON_CONFORME), caught_by=[A]) == []
    assert _judge(_seen(a=Verdict.NON_CONFORME, c=Verdict.NON_CONFORME), caught_by=["CDA/HL7.02.01"]) == []


def test_a_survivor_is_said() -> None:
    problems = _judge(SOUND, caught_by=[A])
    assert any("SURVIT" in p for p in problems)
    assert any("devait le trouver" in p for p in problems)


def test_an_unwritten_side_effect_is_said_and_a_written_one_is_not() -> None:
    seen = _seen(a=Verdict.NON_CONFORME, b=Verdict.INDETERMINE)
    assert _judge(seen, caught_by=[A]) == [f"m: « {B} » rend aussi « indéterminé », sans que ce soit écrit"]
    assert _judge(seen, caught_by=[A], also={"CDA/HL7.01.01": "le message n'arrive pas"}) == []


def test_a_side_effect_that_is_written_and_does_not_show_is_said() -> None:
    problems = _judge(_seen(a=Verdict.NON_CONFORME), caught_by=[A], also={B: "autrefois"})
    assert problems == [f"m: « {B} » devait changer aussi, et ne change pas"]


@pytest.mark.parametrize("reference", [B, "CDA/HL7.01.01", "CDA/"])
def test_what_changes_elsewhere_is_looked_for_only_when_all_is_played(reference: str) -> None:
    seen = _seen(a=Verdict.NON_CONFORME, b=Verdict.INDETERMINE)
    written = {"caught_by": [A], "elsewhere": {reference: "le message n'arrive pas"}}
    assert _judge(seen, complete=True, **written) == []
    assert _judge(seen, **written) == [f"m: « {B} » rend aussi « indéterminé », sans que ce soit écrit"]
    alone = _seen(a=Verdict.NON_CONFORME)
    assert _judge(alone, **written) == []
    if reference != "CDA/":
        assert _judge(alone, complete=True, **written) == [f"m: « {reference} » devait changer aussi, et ne change pas"]


def test_an_indeterminate_scenario_does_not_count_as_a_catch() -> None:
    problems = _judge(_seen(a=Verdict.INDETERMINE), caught_by=["CDA/HL7.02.01"])
    assert any("SURVIT" in p for p in problems)
    assert any("rend aussi « indéterminé »" in p for p in problems)


def test_a_scenario_that_does_not_exist_is_said() -> None:
    assert "n'est pas un scénario" in _judge(_seen(a=Verdict.NON_CONFORME), caught_by=[A, "X::y"])[0]


def test_a_scenario_without_a_mutant_is_not_proven() -> None:
    mutant = Mutant(dispositif="HOP-DPI-Va2", description="d", caught_by=["CDA/HL7.02.01"])
    outcome = Outcome(
        mutants={"m": mutant}, baseline={"HOP-DPI-Va2": SOUND}, caught={"m": _seen(a=Verdict.NON_CONFORME)}
    )
    assert [p for p in uncovered(outcome) if A in p] == []
    assert len(list(uncovered(outcome))) == 2
    assert "| CDA/HL7.02.01::un | conforme | ● m |" in matrix(outcome)
    assert "| CDA/HL7.01.01::deux | conforme | — |" in matrix(outcome)


def test_a_mutant_is_played_on_the_requirements_that_it_names() -> None:
    named = Mutant(
        dispositif="HOP-DPI-Va2",
        description="d",
        caught_by=["CDA/HL7.02.01::un", "CDA/HL7.02.01"],
        also={"CDA/HL7.01.01": "autre", "X/Y.01.01": "inconnu"},
    )
    assert named_requirements(named, load()) == ["CDA/HL7.02", "CDA/HL7.01"]
    beside = named.model_copy(update={"beside": {"CDA/HL7.04": "pour que le partenaire ait été joint"}})
    assert named_requirements(beside, load()) == ["CDA/HL7.02", "CDA/HL7.01", "CDA/HL7.04"]
