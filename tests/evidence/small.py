"""A small campaign written as the plugin writes one: every way to a verdict, with its journal."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rempart.campaign.applicability import of_declarations
from rempart.campaign.ledger import Identity, Ledger
from rempart.campaign.merge import merge, versions, write_results
from rempart.campaign.official import Quotes
from rempart.campaign.parts import Parts
from rempart.campaign.scope import Scope
from rempart.catalog import load
from rempart.evidence.journal import CAMPAIGN, COLLECTED, SCENARIO, Journal, read_journals
from rempart.evidence.store import EvidenceStore, load_exchanges
from rempart.model.exchange import Direction, Exchange
from rempart.model.results import Campaign, Candidate, CheckResult, Results
from rempart.model.verdict import Verdict
from rempart.validation.checks import run_check

DPI = "HOP-DPI-Va2"
STARTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
INS = "279035121518989"
CDA = (
    b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'><title>Compte rendu de Dominique PAT-TROIS</title>"
    b"<recordTarget><patientRole><id root='1.2.3' extension='279035121518989'/><telecom value='tel:0647150100'/>"
    b"<patient>"
    b"<name><family>PAT-TROIS</family><given>DOMINIQUE</given></name><birthTime value='19790328'/></patient>"
    b"</patientRole></recordTarget><component><nonXMLBody><text mediaType='application/pdf' representation='B64'>"
    + base64.b64encode(b"%PDF-1.4 DOMINIQUE")
    + b"</text></nonXMLBody></component></ClinicalDocument>"
)


def mdm(control_id: str = "MSG0001") -> bytes:
    """A message of publication, as on the wire."""
    document = base64.b64encode(CDA).decode()
    lines = [
        f"MSH|^~\\&|DPI|CHU-X|PFI|CHU-X|20261121103000+0100||MDM^T02^MDM_T02|{control_id}|T|2.6|||||FRA|UNICODE UTF-8",
        f"PID|||{INS}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS~RMP00010001^^^CHU-X^PI||"
        "PAT-TROIS^DOMINIQUE^^^^^L||19790328|F|||1 RUE DU LAC^^LYON^^69001||0647150100",
        f"OBX|1|ED|11488-4^Compte rendu^LN||^text^XML^Base64^{document}||||||F",
    ]
    return b"\x0b" + "\r".join(lines).encode() + b"\r\x1c\r"


class Maker:
    """Records what happens in each scenario, then writes the results as `campaign.run` does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = EvidenceStore(folder / "evidence")
        self.journal = Journal(folder / "evidence")
        self.parts = Parts()

    def collect(self, *names: str) -> list[Identity]:
        found = [
            Identity(f"{DPI}::INS/va1.61.01::{n}", DPI, "INS/va1.61.01", "INS/va1.61", n, "dpi.feature") for n in names
        ]
        for identity in found:
            self.parts.collected[identity.key] = identity
        self.journal.write(COLLECTED, {"identities": [asdict(i) for i in found]})
        return found

    def begin(self, identity: Identity) -> Ledger:
        self.store.scenario = identity.key
        ledger = Ledger(identity)
        ledger.start_step("Quand", f"le patient Dominique PAT-TROIS passe « {identity.name} »")
        return ledger

    def keep(self, ledger: Ledger, data: bytes, protocol: str = "driver/http") -> Exchange:
        exchange = self.store.record(Direction.RECEIVED, protocol, "pilote", "127.0.0.1:80", "essai", data)
        ledger.exchange(exchange)
        return exchange

    def check(self, ledger: Ledger, name: str, *exchanges: Exchange, **params: Any) -> None:
        found = run_check(name, [self.store.read(e.sha256) for e in exchanges], params)
        ids = [e.id for e in exchanges]
        ledger.check(CheckResult(check=name, params=params, exchanges=ids, findings=found))

    def end(self, ledger: Ledger, complete: bool = True) -> None:
        ledger.end_step("failed" if any(f.blocks for f in ledger.findings) else "passed")
        ledger.complete = complete
        result = ledger.result()
        self.journal.write(SCENARIO, ledger.journal(result))
        self.parts.results[result.key] = result

    def write(self) -> Results:
        exchanges = load_exchanges(self.folder / "evidence")
        campaign = Campaign(
            id="essai",
            started=STARTED,
            finished=STARTED,
            candidate=Candidate(name="Essai", version="1", dispositifs=[DPI]),
            versions=versions(),
        )
        heads = read_journals(self.folder / "evidence").heads
        catalog = load()
        left_out = of_declarations((), ()).reasons(catalog.requirements, lambda requirement: False)
        scope = Scope(catalog, [DPI], left_out)
        body = {"campaign": campaign.model_dump(mode="json"), "scope": scope.written(), "problems": [], "broken": []}
        Journal(self.folder / "evidence", "campaign").write(
            CAMPAIGN, body | {"quotes": Quotes().written(), "exchanges": len(exchanges), "heads": heads}
        )
        results = merge(self.parts, scope, exchanges, campaign)
        write_results(results, self.folder)
        return results


NAMES = (
    "conforme",
    "non conforme",
    "deux contrôles",
    "muet",
    "sans action",
    "sans preuve",
    "interrompu",
    "jamais joué",
)


def campaign(folder: Path) -> Results:
    """One scenario for each of NAMES."""
    maker = Maker(folder)
    good, bad, twice, silent, absent, empty, cut, _ = maker.collect(*NAMES)
    ledger = maker.begin(good)
    answer = maker.keep(ledger, json.dumps({"ins": {"value": INS, "oid": "1.2.250.1.213.1.4.10"}}).encode())
    maker.check(ledger, "observation.expect", answer, path="ins.value", equals=INS, rule="HL7-180")
    message = maker.keep(ledger, mdm(), "hl7v2/mllp")
    maker.check(ledger, "hl7v2.expect", message, path="MSH-9.1", equals="MDM", rule="HL7-020")
    maker.end(ledger)
    ledger = maker.begin(bad)
    message = maker.keep(ledger, mdm("MSG0002"), "hl7v2/mllp")
    maker.check(ledger, "hl7v2.expect", message, path="PID-5.1", equals="DECOURCY", rule="HL7-020")
    maker.end(ledger)
    ledger = maker.begin(twice)
    clean = maker.keep(ledger, b'{"outcome": "done", "copies": 1}')
    maker.check(ledger, "observation.expect", clean, path="copies", equals=2, rule="HL7-126")
    maker.check(ledger, "observation.expect", clean, path="outcome", equals="done", rule="HL7-180")
    maker.end(ledger)
    ledger = maker.begin(silent)
    ledger.conclude(Verdict.INDETERMINE, "aucun message de PAT-TROIS reçu en 5 s")
    maker.end(ledger, complete=False)
    ledger = maker.begin(absent)
    ledger.conclude(Verdict.A_ATTESTER, "le candidat n'offre pas l'action")
    maker.end(ledger, complete=False)
    maker.end(maker.begin(empty))
    maker.end(maker.begin(cut), complete=False)
    return maker.write()
