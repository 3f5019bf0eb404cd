"""Parts on disk: one entry per collected scenario, whatever happened."""

from pathlib import Path

from rempart.campaign.ledger import Identity
from rempart.campaign.parts import PartWriter, read_parts
from rempart.model.results import ScenarioResult
from rempart.model.verdict import Verdict


def _identity(n: int) -> Identity:
    return Identity(f"k{n}", "HOP-DPI-Va2", "CDA/HL7.02.01", "CDA/HL7.02", f"scénario {n}", "a.feature")


def _result(n: int) -> ScenarioResult:
    return ScenarioResult(
        key=f"k{n}",
        dispositif="HOP-DPI-Va2",
        scenario_id="CDA/HL7.02.01",
        requirement_id="CDA/HL7.02",
        name=f"scénario {n}",
        feature="a.feature",
        verdict=Verdict.CONFORME,
    )


def test_workers_are_put_together_and_each_scenario_appears_once(tmp_path: Path) -> None:
    for worker, done in (("gw0", 1), ("gw1", 2)):
        writer = PartWriter(tmp_path, worker)
        for n in (1, 2, 3):  # xdist: each worker collects everything
            writer.collected(_identity(n))
        writer.result(_result(done))
        writer.close()
    verdicts = {s.key: s.verdict for s in read_parts(tmp_path).scenarios()}
    assert verdicts == {"k1": Verdict.CONFORME, "k2": Verdict.CONFORME, "k3": Verdict.NON_TESTE}


def test_a_line_cut_by_a_kill_is_said_and_the_rest_is_kept(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, "main")
    writer.collected(_identity(1))
    writer.result(_result(1))
    writer.close()
    file = tmp_path / "parts" / "main.jsonl"
    file.write_text(file.read_text("utf-8") + '{"result": {"key"', encoding="utf-8")
    parts = read_parts(tmp_path)
    assert parts.results["k1"].verdict is Verdict.CONFORME
    assert parts.problems == ["main.jsonl, ligne 3: écriture interrompue, ignorée"]
