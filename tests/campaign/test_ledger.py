"""The ledger: what happened, and the verdict that follows."""

from rempart.campaign.ledger import Identity, Ledger
from rempart.model.exchange import Exchange
from rempart.model.finding import Finding, Origin, Severity
from rempart.model.results import CheckResult
from rempart.model.verdict import Verdict

IDENTITY = Identity("k", "HOP-DPI-Va2", "CDA/HL7.02.01", "CDA/HL7.02", "Le DPI transmet", "a.feature")


def _finding(severity: Severity = Severity.ERROR, origin: Origin = Origin.CANDIDATE) -> Finding:
    return Finding(rule="HL7-057", severity=severity, location="ORC-1", message="écart", origin=origin)


def _ledger(*findings: Finding, exchanges: tuple[str, ...] = ("main-000001",), complete: bool = True) -> Ledger:
    ledger = Ledger(IDENTITY)
    ledger.start_step("Alors", "le message est conforme")
    ledger.check(CheckResult(check="hl7v2.message", exchanges=list(exchanges), findings=list(findings)))
    ledger.end_step("passed")
    ledger.complete = complete
    return ledger


def test_checked_evidence_without_error_is_conforme() -> None:
    assert _ledger(_finding(Severity.WARNING)).verdict() == (Verdict.CONFORME, "")


def test_an_error_of_the_candidate_is_non_conforme_and_says_where() -> None:
    verdict, reason = _ledger(_finding(), _finding()).verdict()
    assert verdict is Verdict.NON_CONFORME
    assert reason == "HL7-057, ORC-1: écart (et 1 autre(s) écart(s))"


def test_an_error_of_a_reference_file_is_never_the_candidates() -> None:
    assert _ledger(_finding(origin=Origin.REFERENCE)).verdict()[0] is Verdict.INDETERMINE


def test_no_verdict_without_evidence() -> None:
    verdict, reason = _ledger(exchanges=()).verdict()
    assert (verdict, reason) == (Verdict.INDETERMINE, "aucune vérification n'a porté sur une preuve")


def test_a_scenario_that_did_not_finish_is_not_conforme() -> None:
    assert _ledger(complete=False).verdict()[0] is Verdict.NON_TESTE


def test_what_was_found_before_a_silence_still_counts() -> None:
    ledger = _ledger(_finding(), complete=False)
    ledger.conclude(Verdict.INDETERMINE, "aucun message reçu")
    verdict, reason = ledger.verdict()
    assert verdict is Verdict.NON_CONFORME
    assert "aucun message reçu" in reason


def test_a_person_must_look_even_when_the_checks_so_far_pass() -> None:
    ledger = _ledger(complete=False)
    ledger.conclude(Verdict.A_ATTESTER, "le candidat n'offre pas l'action")
    assert ledger.verdict() == (Verdict.A_ATTESTER, "le candidat n'offre pas l'action")


def test_exchanges_before_any_step_are_kept() -> None:
    ledger = Ledger(IDENTITY)
    ledger.step.exchanges.append("main-000001")
    assert ledger.result().steps[0].text == "(préparation)"


def test_a_scenario_cut_between_two_attested_preuves_is_not_attested() -> None:
    ledger = Ledger(Identity("k", "HOP-DPI-Va2", "ANN/va1.01.01", "ANN/va1.01", "n", "attestations/annuaire.feature"))
    ledger.conclude(Verdict.ATTESTE, "ANN/va1.01.01.01: attestée")
    assert ledger.verdict()[0] is Verdict.NON_TESTE
    ledger.complete = True
    assert ledger.verdict()[0] is Verdict.ATTESTE


def test_what_comes_after_the_end_changes_no_result() -> None:
    """A partner's thread may still record its answer while the journal and the results are written: both are one."""
    ledger = _ledger()
    result = ledger.result()
    ledger.exchange(Exchange.model_construct(id="main-000002"))
    assert result.steps[0].exchanges == []
    assert ledger.journal(result)["steps"][0]["exchanges"] == []
