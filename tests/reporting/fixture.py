"""A campaign of every kind: all verdicts, long texts, many findings, hostile bytes, lost evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reporting.fixture_messages import CDA, LONG, ack, finding, many_findings, mdm

from rempart.evidence.store import EvidenceStore, load_exchanges
from rempart.model.exchange import Direction, Exchange
from rempart.model.results import (
    Campaign,
    Candidate,
    CheckResult,
    Preuve,
    RequirementResult,
    Results,
    ScenarioResult,
    StepResult,
)
from rempart.model.verdict import Verdict, worst

DPI, PFI = "HOP-DPI-Va2", "HOP-PFI-Va2"
STARTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class Maker:
    """Records exchanges and puts scenarios together, as a campaign would."""

    def __init__(self, run_dir: Path) -> None:
        self.store = EvidenceStore(run_dir / "evidence")
        self.scenarios: list[ScenarioResult] = []

    def exchange(self, direction: Direction, protocol: str, label: str, data: bytes, note: str = "") -> Exchange:
        role = {"hl7v2": "PFI simulée", "driver": "pilote"}.get(protocol.split("/")[0], "observateur")
        return self.store.record(direction, protocol, role, "127.0.0.1:4012", label, data, note)

    def hl7(self, data: bytes, answer: bytes = b"") -> list[Exchange]:
        found = [self.exchange(Direction.RECEIVED, "hl7v2/mllp", "MDM^T02", data)]
        return found + ([self.exchange(Direction.SENT, "hl7v2/mllp", "ACK^T02", answer)] if answer else [])

    def scenario(
        self,
        requirement: str,
        number: int,
        verdict: Verdict,
        reason: str = "",
        *,
        steps: list[StepResult] | None = None,
        dispositif: str = DPI,
        name: str = "",
        mandatory: bool = True,
    ) -> ScenarioResult:
        scenario_id = f"{requirement}.{number:02d}"
        result = ScenarioResult(
            key=self.key(dispositif, scenario_id),
            dispositif=dispositif,
            scenario_id=scenario_id,
            requirement_id=requirement,
            name=name or f"Scénario {scenario_id}",
            feature="features/transmission.feature",
            mandatory=mandatory,
            verdict=verdict,
            reason=reason,
            steps=steps or [],
            started=STARTED,
            duration_ms=123.4,
        )
        self.scenarios.append(result)
        self.store.scenario = ""
        return result

    def key(self, dispositif: str, scenario_id: str) -> str:
        return f"{dispositif}/{scenario_id}"


def step(keyword: str, text: str, status: str = "passed", exchanges: list[Exchange] | None = None) -> StepResult:
    return StepResult(keyword=keyword, text=text, status=status, exchanges=[e.id for e in exchanges or []])


def _dpi_scenarios(make: Maker) -> None:
    make.store.scenario = make.key(DPI, "CDA/HL7.02.01")
    asked = make.exchange(Direction.SENT, "driver/http", "send_document", b'{"document":"CR-1","channels":["dmp"]}')
    done = make.exchange(Direction.RECEIVED, "driver/http", "send_document", b'{"outcome": "done", "reason": ""}')
    wire = make.hl7(mdm(), ack())
    check = CheckResult(check="hl7v2.message", params={"family": "cda"}, exchanges=[wire[0].id])
    steps = [
        step("Étant Donné", "une PFI à l'écoute"),
        step("Quand", "le DPI transmet le compte rendu à la PFI", exchanges=[asked, done, *wire]),
        step("Alors", "la PFI reçoit un message MDM de publication").model_copy(update={"checks": [check]}),
    ]
    make.scenario("CDA/HL7.02", 1, Verdict.CONFORME, steps=steps, name="Le DPI transmet un compte rendu à la PFI")

    make.store.scenario = make.key(DPI, "CDA/HL7.02.02")
    wire = make.hl7(mdm(b"not xml" * 10), ack("AE"))
    check = CheckResult(check="hl7v2.message", exchanges=[wire[0].id], findings=many_findings())
    failed = step("Alors", "ce message est conforme au volet", "failed").model_copy(update={"checks": [check]})
    steps = [step("Quand", LONG.strip(), exchanges=wire), failed, step("Et", "la suite", "skipped")]
    reason = "HL7-042, PID-3.1: la clé de l'INS est fausse (et 7 autre(s) écart(s))"
    make.scenario("CDA/HL7.02", 2, Verdict.NON_CONFORME, reason, steps=steps, name=f"Remplacement: {LONG}".strip())

    make.store.scenario = make.key(DPI, "CDA/HL7.03.01")
    heard = json.dumps({"awaited": "ACK^T02", "seconds": 5, "messages": []}).encode()
    silence = make.exchange(Direction.OBSERVED, "observation", "attente de ACK", heard, "délai de 5 s écoulé")
    steps = [step("Alors", "le DPI affiche l'échec", "failed", [silence])]
    make.scenario("CDA/HL7.03", 1, Verdict.INDETERMINE, "le candidat n'a rien émis en 5 s", steps=steps)
    make.scenario("CDA/HL7.03", 2, Verdict.INDETERMINE, "défaut du harnais: RuntimeError: préparation en panne")
    lookup = [step("Quand", "personne ne connaît cette étape", "failed")]
    make.scenario("CDA/HL7.03", 3, Verdict.INDETERMINE, "aucune définition pour l'étape « … »", steps=lookup)
    make.scenario("INS/va1.16", 1, Verdict.A_ATTESTER, "une personne doit regarder le bandeau d'identité")
    make.scenario("INS/va1.16", 2, Verdict.ATTESTE, "attesté par ADAM Hoda le 20/11/2026")
    make.scenario("INS/va1.61", 1, Verdict.NON_TESTE, "la campagne s'est arrêtée avant ce scénario")
    make.scenario("INS/va1.62", 1, Verdict.NON_APPLICABLE, "pas de gestion des nouveau-nés, déclaration signée")
    make.scenario("DMP/CONF.09", 1, Verdict.NON_CONFORME, "préconisation non suivie", mandatory=False)


def _pfi_scenarios(make: Maker) -> None:
    make.store.scenario = make.key(PFI, "CDA/HL7.02.01")
    wire = [
        make.exchange(
            Direction.SENT, "mail/rfc822", "courriel", b"From: a@test.mssante.fr\r\nSubject: XDM\r\n\r\nbonjour"
        ),
        make.exchange(Direction.OBSERVED, "file/xml", "CDA", CDA),
        make.exchange(Direction.OBSERVED, "file/zip", "IHE_XDM.ZIP", b"PK\x03\x04" + bytes(range(256)) * 40),
        make.exchange(Direction.RECEIVED, "hl7v2/mllp", "trame coupée", b"\x0bMS\xff", "connexion fermée au milieu"),
        make.exchange(
            Direction.RECEIVED, "driver/http", "export_document", b'{"messages": ["' + b"QUJD" * 500 + b'"]}'
        ),
        make.exchange(Direction.OBSERVED, "observation", "silence", b""),
    ]
    make.scenario(
        "CDA/HL7.02", 1, Verdict.CONFORME, dispositif=PFI, steps=[step("Quand", "la PFI répond", exchanges=wire)]
    )
    make.store.scenario = make.key(PFI, "CDA/HL7.02.02")
    lost, altered = make.hl7(mdm(b"<lost/>")), make.hl7(mdm(b"<altered/>"))
    objects = make.store.root / "objects"
    (objects / lost[0].sha256[:2] / lost[0].sha256).unlink()
    (objects / altered[0].sha256[:2] / altered[0].sha256).write_bytes(b"MSH|^~\\&|altered")
    steps = [step("Alors", "la preuve est perdue", "failed", lost + altered)]
    make.scenario("CDA/HL7.02", 2, Verdict.INDETERMINE, "preuve perdue", dispositif=PFI, steps=steps)
    make.scenario("SANS/EXIGENCE", 1, Verdict.NON_TESTE, "exigence absente du catalogue", dispositif=PFI)
    make.exchange(Direction.RECEIVED, "hl7v2/mllp", "ADT^A01", ack(), "hors de tout scénario")


_TEXTS = {
    "CDA/HL7.02": ("Transmission des CDA à la PFI", "Volet de transport HL7v2", "Général"),
    "CDA/HL7.03": ("Acquittements reçus de la PFI", "Volet de transport HL7v2", "Général"),
    "INS/va1.16": ("Affichage de l'identité qualifiée", "Identité nationale de santé", "Général"),
    "INS/va1.61": ("Diffusion de l'INS qualifiée", "Identité nationale de santé", "Général"),
    "INS/va1.62": ("Nouveau-nés", "Identité nationale de santé", "Maternité"),
    "DMP/CONF.09": ("Paramétrage du consentement", "DMP", "Général"),
    "MSS/va1.20": ("Messagerie citoyenne", "MSSanté", "Général"),
}


def _requirement(dispositif: str, requirement: str, scenarios: list[ScenarioResult]) -> RequirementResult:
    title, section, profile = _TEXTS[requirement]
    more = LONG if requirement == "CDA/HL7.02" else ""
    return RequirementResult(
        dispositif=dispositif,
        id=requirement,
        title=title,
        statement=f"Le système DOIT assurer ceci: {title.lower()}. {more}".strip(),
        nature="préconisation" if requirement == "DMP/CONF.09" else "exigence",
        profile=profile,
        section=section,
        official=requirement != "MSS/va1.20",
        verdict=worst(s.verdict for s in scenarios),
        scenarios=[s.key for s in scenarios],
        preuves=[
            Preuve(
                id=f"{requirement}.01.01",
                kind="message_hl7",
                label="Message HL7v2",
                status="produced",
                file="evidence/objects/ab/" + "ab" * 32,
                sha256="ab" * 32,
            ),
            Preuve(
                id=f"{requirement}.01.02", kind="demonstration", label=f"Vidéo du déroulé: {title}", status="to_supply"
            ),
            Preuve(
                id=f"{requirement}.01.03",
                kind="attestation",
                label="Attestation signée",
                status="supplied",
                sha256="cd" * 32,
            ),
            Preuve(id=f"{requirement}.01.04", kind="scan", label="Numérisation", status="not_applicable"),
        ],
        source="REM HOP-DPI-Va2, édition 2023-02, feuille prepub",
        note="Lecture retenue: l'acquittement technique suffit." if requirement == "CDA/HL7.02" else "",
    )


def results(make: Maker, problems: list[str]) -> Results:
    """Results over what the maker recorded. Totals are left to be recomputed by who needs them."""
    pairs = dict.fromkeys((s.dispositif, s.requirement_id) for s in make.scenarios if s.requirement_id in _TEXTS)
    pairs[(DPI, "MSS/va1.20")] = None  # a requirement that no scenario bears on
    return Results(
        campaign=Campaign(
            id="20261121-093000",
            started=STARTED,
            finished=STARTED + timedelta(seconds=47),
            candidate=Candidate(
                name="Dossier Exemple",
                version="4.2.1",
                publisher="Éditeur d'essai",
                reference="NIL-0001",
                profiles=["Général", "Maternité"],
                dispositifs=[DPI, PFI],
            ),
            versions={"rempart": "0.1.0", "catalogue": "1a2b3c4d5e6f", "règles et profils": "0f9e8d7c6b5a"},
            selection={"dispositif": [DPI, PFI], "requirement": []},
        ),
        requirements=[
            _requirement(d, r, [s for s in make.scenarios if (s.dispositif, s.requirement_id) == (d, r)])
            for d, r in pairs
        ],
        scenarios=make.scenarios,
        exchanges=load_exchanges(make.store.root),
        totals=[],
        verdict=worst(s.verdict for s in make.scenarios if s.mandatory),
        problems=problems,
    )


def campaign(run_dir: Path) -> Results:
    """Writes `results.json` and `evidence/` of a campaign of every kind into `run_dir`."""
    make = Maker(run_dir)
    _dpi_scenarios(make)
    _pfi_scenarios(make)
    return _write(run_dir, results(make, ["exchanges-gw1.jsonl, ligne 12: échange illisible, ignoré"]))


def large(run_dir: Path, count: int) -> Results:
    """A campaign of `count` scenarios of one message each."""
    make = Maker(run_dir)
    for n in range(count):
        requirement = list(_TEXTS)[n % 6]
        make.store.scenario = make.key(DPI, f"{requirement}.{n:02d}")
        wire = make.hl7(mdm(b"<a>%d</a>" % n))
        fault = finding("HL7-062", "PID-5.2", "prénom inattendu", actual="DOMINIQUE")
        checks = [CheckResult(check="hl7v2.message", exchanges=[wire[0].id], findings=[fault] if n % 50 == 0 else [])]
        steps = [step("Quand", f"étape {k}") for k in range(4)]
        steps.append(step("Alors", "le message est conforme", exchanges=wire).model_copy(update={"checks": checks}))
        make.scenario(requirement, n, Verdict.NON_CONFORME if n % 50 == 0 else Verdict.CONFORME, steps=steps)
    return _write(run_dir, results(make, []))


def _write(run_dir: Path, record: Results) -> Results:
    (run_dir / "results.json").write_text(record.model_dump_json(), "utf-8")
    return record


if __name__ == "__main__":
    import sys

    from rempart.reporting.build import build_reports

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    campaign(folder) if len(sys.argv) < 3 else large(folder, int(sys.argv[2]))
    build_reports(folder)
