"""The PFI feeds the DMP: what was ordered, once, and whatever the DMP does meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from reference.people import document, someone
from reference.refproc import Reference, running
from reference.slow_network import WAIT, SlowNetwork
from reference.test_reference_pfi import HODA, Made, order

from rempart.evidence.store import EvidenceStore
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import Patient
from rempart.formats.xds import model as xds
from rempart.simulators import pki
from rempart.simulators.dmp import SimulatedDmp
from rempart.simulators.dmp.behaviours import BEHAVIOURS, only, then_obey
from rempart.simulators.dmp.calls import Call
from rempart.validation.checks import run_check

DMP = {"DESTDMP": True, "ACK_RECEPTION": True}


@dataclass
class Scene:
    """A PFI, the DMP that it feeds, and the patient of the documents."""

    pfi: Reference
    server: SimulatedDmp
    store: EvidenceStore
    patient: Patient

    def send(self, made: Made, action: str = "initial", **changes: Any) -> bytes:
        sent = order(self.patient, made, action, **changes)
        assert self.pfi.send(sent).get("MSA-1") == "AA"
        return sent

    def faults(self, call: Call, sent: bytes) -> list[str]:
        """What is wrong with a call by itself, and beside its order."""
        data = self.store.read(call.exchange.sha256)
        told = run_check("xds.message", [data], {"received": call.exchange.time.isoformat()})
        told += run_check("xds.order", [sent, data], {})
        return [f"{f.rule} {f.location} {f.message}" for f in told if f.blocks]

    def answer(self) -> tuple[str, str]:
        """Of the next business acknowledgement: OBX-5.1 and the code of its error."""
        message = self.pfi.partner.next("ZAM^Z01")
        return message.get("OBX-5.1"), message.get("ERR-5.1")

    def statuses(self, made: Made) -> list[str]:
        return [c["status"] for c in self.pfi.act("get_received_document", unique_id=made[1])["channels"]]

    def entries(self) -> list[tuple[str, str]]:
        """What the DMP holds: uniqueId and last word of the status, signatures apart."""
        held = self.server.dmp.registry.of_patient("279035121518989")
        return [(e.unique_id, e.status.value.rpartition(":")[2]) for e in held if "INVISIBLE_PATIENT" not in e.codes]


@dataclass
class World:
    """The simulated DMP, where its bytes are kept, and how a PFI is told of it."""

    server: SimulatedDmp
    store: EvidenceStore
    options: list[str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("dmp")
    keys, store = pki.make(folder / "pki"), EvidenceStore(folder / "evidence")
    with SimulatedDmp(store.record, tls=pki.server_context(keys)) as server:
        options = ["--dmp-url", server.url, "--certificates", str(keys.folder), "--dmp-timeout", "1"]
        yield World(server, store, options)


@pytest.fixture(scope="module")
def process(world: World) -> Iterator[Reference]:
    with running("pfi", *world.options) as reference:
        yield reference


@pytest.fixture
def scene(world: World, process: Reference) -> Scene:
    world.server.reset()
    process.partner.reset()
    return Scene(process, world.server, world.store, someone())


def test_a_document_is_fed_and_answered_for(scene: Scene) -> None:
    made = document(scene.patient)
    sent = scene.send(made)
    call = scene.server.next_submission()
    assert (call.accepted, call.user, call.structure) == (True, HODA.professional.id, "1120456789")
    assert scene.faults(call, sent) == []
    assert scene.answer() == ("Y", "")
    assert scene.statuses(made) == ["delivered"]
    assert [c.transaction for c in scene.server.received()] == ["TD2.1"]
    assert scene.pfi.act("report_channel_result", unique_id=made[1], channel="dmp")["outcome"] == "refused"


def test_masking_goes_to_the_entry_and_changes_by_a_new_version(scene: Scene) -> None:
    first = document(scene.patient)
    sent = scene.send(first, flags=DMP | {"MASQUE_PS": True})
    assert scene.faults(scene.server.next_submission(), sent) == []
    second = document(scene.patient, version=2, set_id=first[2], replaces=first[1])
    sent = scene.send(second, "replace", replaced=first[1], flags=DMP | {"MODIF_CONF_CODE": True})
    assert scene.faults(scene.server.next_submission(), sent) == []
    assert [scene.answer(), scene.answer()] == [("Y", ""), ("Y", "")]
    assert scene.entries() == [(first[1], "Deprecated"), (second[1], "Approved")]
    assert [c.transaction for c in scene.server.received()] == ["TD2.1", "TD3.1", "TD2.1"]


def test_a_document_is_deleted(scene: Scene) -> None:
    made = document(scene.patient)
    scene.send(made)
    assert scene.answer() == ("Y", "")
    scene.send(made, "delete")
    call = scene.server.next_call("TD3.3c")
    assert scene.answer() == ("Y", "")
    assert scene.entries() == [(made[1], "Deleted")]
    told = run_check("xds.message", [scene.store.read(call.exchange.sha256)], {})
    assert [f for f in told if f.blocks] == []


@pytest.mark.parametrize("manner", ["est indisponible", "coupe la connexion", "ne répond pas", "est occupé",
                                    "prend le document puis coupe la connexion", "répond hors SOAP"])  # fmt: skip
def test_an_outage_is_waited_out(scene: Scene, manner: str) -> None:
    scene.server.behaviour = only(["TD2.1"], then_obey(2, BEHAVIOURS[manner]))
    made = document(scene.patient)
    scene.send(made)
    assert scene.answer() == ("Y", "")
    assert scene.entries() == [(made[1], "Approved")]
    assert scene.pfi.partner.silent()


def test_a_refusal_has_its_code_and_is_final(scene: Scene) -> None:
    scene.server.dmp.patients["279035121518989"].closed = "demande du patient"
    made = document(scene.patient)
    scene.send(made)
    assert scene.answer() == ("N", "DMPClosed")
    assert scene.statuses(made) == ["failed"]
    other = document(scene.patient, version=2, replaces=made[1])
    scene.server.dmp.patients["279035121518989"].closed = ""
    scene.send(other, "replace", replaced=made[1])
    assert scene.answer() == ("N", "XDSReplaceFailed")
    scene.send(other, "delete")
    assert scene.answer() == ("N", "XDSDocumentUniqueIdError")
    assert len([c for c in scene.server.received() if c.transaction == "TD2.1"]) == 1


def test_a_deferred_order_waits_its_time_and_keeps_its_place(scene: Scene) -> None:
    when = datetime.now(UTC) + timedelta(seconds=3)
    first, other = document(scene.patient), document(scene.patient)
    second = document(scene.patient, version=2, set_id=first[2], replaces=first[1])

    def at(message: bytes) -> bytes:
        return message.replace(b"\rOBR|", f"\rTQ1|1||||||{when:%Y%m%d%H%M%S}+0000\rOBR|".encode(), 1)

    for sent in (at(order(scene.patient, first)), order(scene.patient, second, "replace", replaced=first[1]),
                 order(scene.patient, other)):  # fmt: skip
        assert scene.pfi.send(sent).get("MSA-1") == "AA"
    calls = [scene.server.next_submission() for _ in range(3)]
    assert [c.documents[0] for c in calls] == [other[1], first[1], second[1]]
    assert calls[1].exchange.time >= when.replace(microsecond=0)


def test_a_deletion_cancels_what_has_not_left(scene: Scene) -> None:
    scene.server.suspend()
    made, kept = document(scene.patient), document(scene.patient)
    scene.send(made)
    scene.send(kept)
    scene.send(made, "delete")
    assert scene.answer() == ("Y", "")
    scene.server.resume()
    assert scene.server.next_submission().documents == (kept[1],)
    assert scene.answer() == ("Y", "")
    assert [c.documents for c in scene.server.received()] == [(kept[1],)]


def test_a_deletion_cancels_what_leaves_only_now(world: World) -> None:
    """The attempt has begun, and waits for the network: what is taken back meanwhile is not sent when it comes."""
    world.server.reset()
    network = SlowNetwork(world.server.port)
    slow = world.server.url.replace(f":{world.server.port}/", f":{network.port}/")
    options = [slow if o == world.server.url else o for o in world.options]
    try:
        with running("pfi", *options, "--dmp-timeout", "10") as pfi:
            scene = Scene(pfi, world.server, world.store, someone())
            made, kept = document(scene.patient), document(scene.patient)
            scene.send(made)
            assert network.reached.wait(WAIT)
            scene.send(made, "delete")
            network.open.set()
            scene.send(kept)
            assert scene.server.next_submission().documents == (kept[1],)
    finally:
        network.close()


def test_a_deletion_follows_what_may_have_been_taken(scene: Scene) -> None:
    scene.server.behaviour = BEHAVIOURS["prend le document puis coupe la connexion"]
    made = document(scene.patient)
    scene.send(made)
    scene.server.next_submission()
    scene.send(made, "delete")
    scene.server.behaviour = BEHAVIOURS["répond"]
    scene.server.next_call("TD3.3c")
    assert scene.entries() == [(made[1], "Deleted")]


def test_what_waits_outlives_the_program(world: World, tmp_path: Path) -> None:
    server, options = world.server, [*world.options, "--database", str(tmp_path / "pfi.db")]
    server.reset()
    patient = someone()
    made = [document(patient) for _ in range(3)]
    server.behaviour = BEHAVIOURS["prend le document puis coupe la connexion"]
    with running("pfi", *options) as pfi:
        for one in made:
            assert pfi.send(order(patient, one)).get("MSA-1") == "AA"
        server.next_submission()
        pfi.process.kill()
        pfi.process.wait()
    server.behaviour = BEHAVIOURS["répond"]
    with running("pfi", *options) as pfi:
        answers = [pfi.partner.next("ZAM^Z01").get("OBX-5.1") for _ in made]
        assert pfi.partner.silent()
    assert answers == ["Y", "Y", "Y"]
    held = server.dmp.registry.of_patient("279035121518989")
    assert sorted(e.unique_id for e in held if "INVISIBLE_PATIENT" not in e.codes) == sorted(m[1] for m in made)
    assert all(e.status.value == xds.APPROVED for e in held)
    sources = {_source(world.store.read(c.exchange.sha256)) for c in server.received()}
    assert len(sources) == 1


def _source(message: bytes) -> bytes:
    at = message.index(xds.SUBMISSION_SOURCE.encode())
    return message[at : at + 200].partition(b'value="')[2].partition(b'"')[0]


def test_an_identity_that_is_not_validated_feeds_nothing(scene: Scene) -> None:
    patient = someone(status="PROV")
    made = document(patient)
    assert scene.pfi.send(order(patient, made)).get("MSA-1") == "AA"
    assert scene.answer() == ("N", "INSNonQualifiee")
    assert scene.server.received() == []


def test_a_device_feeds_in_the_name_of_who_signs(scene: Scene) -> None:
    made = document(scene.patient)
    sent = Message.parse(order(scene.patient, made)).bytes
    head, _, rest = sent.partition(b"\rPRT|")
    fields = rest.partition(b"\r")[0].split(b"|")
    fields[4], device = b"", b"AUTOMATE-1"
    fields += [b""] * (10 - len(fields)) + [device]
    changed = head + b"\rPRT|" + b"|".join(fields) + b"\r" + rest.partition(b"\r")[2]
    assert scene.pfi.send(changed).get("MSA-1") == "AA"
    call = scene.server.next_submission()
    assert (call.accepted, call.user) == (True, "801234567897")
