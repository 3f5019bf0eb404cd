"""The DPI that consults the DMP: what the campaigns do not show of it, above all when the DMP fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from reference.people import AUTHORITY, adt, named, someone, zfa
from reference.refproc import Reference, running

from rempart.evidence.store import EvidenceStore
from rempart.formats.hl7v2.cisis import Patient
from rempart.simulators import loop, pki
from rempart.simulators.dmp import Grant, SimulatedDmp
from rempart.simulators.dmp.behaviours import BEHAVIOURS, fault, only, slow, unavailable
from rempart.simulators.dmp.preload import Held, put
from rempart.simulators.documents import COLLEAGUE, first_version

DIAZ = "801234567866"


@dataclass(frozen=True)
class Scene:
    dpi: Reference
    dmp: SimulatedDmp
    patient: Patient

    def act(self, action: str, **more: Any) -> dict[str, Any]:
        return self.dpi.act(action, patient=named(self.patient), **more)

    def puts(self, **more: Any) -> Held:
        return put(self.dmp.dmp.registry, first_version(self.patient, type_code="11490-0", by=COLLEAGUE, **more))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reference, SimulatedDmp]]:
    keys = pki.make(tmp_path_factory.mktemp("pki"))
    store = EvidenceStore(tmp_path_factory.mktemp("evidence"))
    with SimulatedDmp(store.record, tls=pki.server_context(keys)) as dmp:
        options = ("--dmp-url", dmp.url, "--certificates", str(keys.folder), "--dmp-timeout", "2")
        with running("dpi", *options) as dpi:
            yield dpi, dmp


@pytest.fixture
def scene(pair: tuple[Reference, SimulatedDmp]) -> Scene:
    dpi, dmp = pair
    dmp.reset()
    person = someone()
    dpi.send(adt("A28", person, zfa(consultation="IC")))
    assert person.ins
    dmp.dmp.patients[person.ins.value].grants[DIAZ] = Grant.VALID
    return Scene(dpi, dmp, person)


def test_a_late_answer_shows_at_the_next_opening(scene: Scene) -> None:
    gate = loop.Gate()
    scene.dmp.behaviour = slow(gate)
    first = scene.act("open_patient_record")["dmp"]
    assert first["state"] == "unknown" and first["detail"]
    gate.open()
    shown = scene.dpi.until(
        lambda answer: answer["dmp"]["state"] == "authorised", "open_patient_record", patient=named(scene.patient)
    )
    assert shown["dmp"]["new_documents"] == []


@pytest.mark.parametrize(
    "manner", ["est indisponible", "coupe la connexion", "refuse le certificat", "répond hors SOAP"]
)
def test_a_failure_is_told_and_nothing_is_made_up(scene: Scene, manner: str) -> None:
    held = scene.puts()
    assert scene.act("consult_dmp")["outcome"] == "done"
    scene.dmp.behaviour = BEHAVIOURS[manner]
    assert scene.act("open_patient_record")["dmp"]["state"] == "unknown"
    asked: list[tuple[str, dict[str, Any]]] = [
        ("list_dmp_documents", {"criteria": {}}),
        ("view_dmp_document", {"unique_id": held.unique_id}),
        ("import_dmp_documents", {"unique_ids": [held.unique_id]}),
        ("change_dmp_document", {"unique_id": held.unique_id, "change": "archive"}),
        ("consult_dmp", {}),
    ]
    for action, more in asked:
        answer = scene.act(action, **more)
        assert answer["outcome"] == "refused" and answer["reason"], action
        assert not answer.get("documents")
    assert scene.act("open_patient_record")["documents"] == []


def test_a_retrieval_that_fails_keeps_nothing(scene: Scene) -> None:
    held = scene.puts()
    scene.dmp.behaviour = only(["TD3.2"], unavailable)
    assert scene.act("import_dmp_documents", unique_ids=[held.unique_id])["outcome"] == "refused"
    scene.dmp.behaviour = only(["TD3.3"], fault("DMPInvalidCertificate"))
    answer = scene.act("change_dmp_document", unique_id=held.unique_id, change="archive")
    assert answer["outcome"] == "refused" and "DMPInvalidCertificate" in answer["reason"]


def test_what_is_imported_is_kept_as_it_was(scene: Scene) -> None:
    held = scene.puts(level="N3")
    assert scene.act("import_dmp_documents", unique_ids=[held.unique_id, "2.25.1"])["documents"] == [
        {"unique_id": held.unique_id, "outcome": "done"},
        {"unique_id": "2.25.1", "outcome": "refused", "reason": "ce document n'est plus dans le DMP"},
    ]
    (line,) = scene.act("list_documents", sort="created")["documents"]
    assert (line["origin"], line["unique_id"]) == ("DMP", held.unique_id)
    listed = scene.act("list_dmp_documents", criteria={})["documents"]
    assert [(d["unique_id"], d["integrated"]) for d in listed] == [(held.unique_id, True)]


def test_documents_since_a_day_are_those_of_recent_submissions(scene: Scene) -> None:
    held = scene.puts()
    listed = scene.act("list_dmp_documents", criteria={"submitted_from": "20240101"})["documents"]
    assert [d["unique_id"] for d in listed] == [held.unique_id]
    assert scene.act("list_dmp_documents", criteria={"submitted_from": "20990101"})["documents"] == []


def test_only_who_the_directory_knows_signs_in(scene: Scene) -> None:
    somebody = {"id": "899999999999", "family": "X", "given": "Y"}
    assert scene.dpi.act("open_session", user=somebody)["outcome"] == "refused"


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("list_dmp_documents", {"criteria": {"created_from": "20241341"}}),
        ("list_dmp_documents", {"criteria": {"created_from": "hier"}}),
        ("list_dmp_documents", {"criteria": {"type_codes": [1]}}),
        ("list_dmp_documents", {"criteria": {"unknown": ""}}),
        ("consult_dmp", {"access": "forced"}),
        ("change_dmp_document", {"unique_id": "1", "change": "burn"}),
        ("open_dmp_web", {"page": "Accueil"}),
    ],
)
def test_a_request_that_is_not_of_the_contract_is_a_mistake(scene: Scene, action: str, more: dict[str, Any]) -> None:
    body = json.dumps({"patient": named(scene.patient)} | more).encode()
    assert scene.dpi.post(f"/actions/{action}", body).status_code == 422


def test_the_choices_of_a_merged_record_go_with_it(scene: Scene) -> None:
    other = someone(ins=None, status="PROV")
    scene.dpi.send(adt("A28", other))
    for episode in ("E1", ""):
        asked = {"patient": named(other), "episode": episode, "consultation": "INC"}
        assert scene.dpi.act("record_consent", **asked)["outcome"] == "done"
    mrg = f"MRG|{other.ipp}^^^{AUTHORITY.name}&{AUTHORITY.id}&ISO^PI"
    assert scene.dpi.send(adt("A40", scene.patient, mrg)).get("MSA-1") == "AA"
    shown = scene.act("open_patient_record")["episodes"]
    assert {"episode": "E1", "choice": "opposed", "reason": ""} in shown


def test_without_a_dmp_nothing_is_offered_that_needs_one(tmp_path: Path) -> None:
    with running("dpi") as dpi:
        person = someone()
        dpi.send(adt("A28", person, zfa(consultation="IC")))
        assert dpi.act("open_patient_record", patient=named(person))["dmp"] == {"state": "unknown"}
        assert dpi.act("consult_dmp", patient=named(person))["outcome"] == "done"
        assert dpi.post("/actions/list_dmp_documents", b"{}").status_code == 404
