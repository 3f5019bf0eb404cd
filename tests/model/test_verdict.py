"""The one reducer never embellishes: adding a failed, missing or unexecuted item never improves a verdict."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rempart.model.finding import Finding, Origin, Severity
from rempart.model.verdict import Verdict, of_findings, worst

# Written out again on purpose: the test must not take its order from the code it checks.
GOODNESS = {
    Verdict.CONFORME: 6,
    Verdict.ATTESTE: 5,
    Verdict.A_ATTESTER: 4,
    Verdict.NON_TESTE: 3,
    Verdict.INDETERMINE: 2,
    Verdict.NON_CONFORME: 1,
}
verdicts = st.lists(st.sampled_from(Verdict))
applicable = st.lists(st.sampled_from([v for v in Verdict if v is not Verdict.NON_APPLICABLE]), min_size=1)
findings = st.lists(
    st.builds(
        Finding,
        rule=st.just("HL7-014"),
        severity=st.sampled_from(Severity),
        location=st.just("MSH-9"),
        message=st.just("type de message inattendu"),
        origin=st.sampled_from(Origin),
    ),
    max_size=6,
)
evidence = st.integers(0, 3)


def test_every_verdict_has_a_place_and_a_french_label() -> None:
    assert set(GOODNESS) | {Verdict.NON_APPLICABLE} == set(Verdict)
    assert len({v.label for v in Verdict}) == len(Verdict)


def test_no_item_is_not_a_success() -> None:
    assert worst([]) is Verdict.NON_TESTE


@given(applicable, st.sampled_from([Verdict.NON_CONFORME, Verdict.INDETERMINE, Verdict.NON_TESTE, Verdict.A_ATTESTER]))
def test_a_failed_missing_or_unexecuted_item_never_improves(items: list[Verdict], bad: Verdict) -> None:
    after = worst([*items, bad])
    assert GOODNESS[after] <= GOODNESS[worst(items)]
    assert GOODNESS[after] <= GOODNESS[bad]


@given(applicable, st.sampled_from(list(GOODNESS)))
def test_no_item_at_all_ever_improves(items: list[Verdict], more: Verdict) -> None:
    assert GOODNESS[worst([*items, more])] <= GOODNESS[worst(items)]


@given(verdicts.flatmap(lambda items: st.tuples(st.just(items), st.permutations(items))))
def test_order_does_not_matter(both: tuple[list[Verdict], list[Verdict]]) -> None:
    assert worst(both[0]) is worst(both[1])


@given(verdicts, verdicts)
def test_grouping_does_not_matter(left: list[Verdict], right: list[Verdict]) -> None:
    """A section reduced from its requirements is what its scenarios would give (empty groups left out)."""
    groups = [worst(group) for group in (left, right) if group]
    assert worst(groups) is worst([*left, *right])


@given(applicable)
def test_non_applicable_is_neutral(items: list[Verdict]) -> None:
    assert worst([*items, Verdict.NON_APPLICABLE]) is worst(items)


@given(st.integers(1, 5))
def test_only_non_applicable_stays_so(count: int) -> None:
    assert worst([Verdict.NON_APPLICABLE] * count) is Verdict.NON_APPLICABLE


@given(verdicts)
def test_conforme_means_that_every_applicable_item_is(items: list[Verdict]) -> None:
    if worst(items) is Verdict.CONFORME:
        assert set(items) <= {Verdict.CONFORME, Verdict.NON_APPLICABLE}


@given(findings)
def test_no_evidence_is_never_conforme(found: list[Finding]) -> None:
    assert of_findings(found, evidence=0) in (Verdict.INDETERMINE, Verdict.NON_CONFORME)


@given(findings, findings, evidence)
def test_one_more_finding_never_improves(found: list[Finding], more: list[Finding], count: int) -> None:
    before, after = of_findings(found, evidence=count), of_findings([*found, *more], evidence=count)
    assert GOODNESS[after] <= GOODNESS[before]


@given(findings, evidence)
def test_only_an_error_of_the_candidate_blames_the_candidate(found: list[Finding], count: int) -> None:
    blamed = of_findings(found, evidence=count) is Verdict.NON_CONFORME
    assert blamed == any(f.severity is Severity.ERROR and f.origin is Origin.CANDIDATE for f in found)


@given(findings, evidence)
def test_a_fault_of_ours_is_neither_success_nor_blame(found: list[Finding], count: int) -> None:
    ours = [f for f in found if f.origin is not Origin.CANDIDATE]
    if any(f.severity is Severity.ERROR for f in ours):
        assert of_findings(ours, evidence=count) is Verdict.INDETERMINE


@given(findings)
def test_warnings_and_remarks_do_not_block(found: list[Finding]) -> None:
    light = [f for f in found if f.severity is not Severity.ERROR]
    assert of_findings(light, evidence=1) is Verdict.CONFORME
