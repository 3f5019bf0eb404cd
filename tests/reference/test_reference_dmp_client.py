"""The client of the DMP: each transaction against the simulated one, judged as any other; and what it ends with."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from reference.people import document, oid, someone

from rempart.evidence.store import EvidenceStore
from rempart.formats import xdm
from rempart.formats.cda.model import Coded
from rempart.formats.dmp.existence import VALID
from rempart.formats.vihf import model as vihf
from rempart.formats.xds import model as xds
from rempart.model.exchange import Direction
from rempart.model.finding import Severity
from rempart.reference.dmp import access, certificates, retrieve, search, submissions
from rempart.reference.dmp.caller import AUTOMATON, Caller
from rempart.reference.dmp.client import Dmp, connect
from rempart.reference.dmp.failures import BadSettings, Outage, Refused
from rempart.reference.dmp.submissions import Lot
from rempart.reference.mutation import Mutants
from rempart.reference.settings import PFI, Settings
from rempart.simulators import pki
from rempart.simulators.dmp import SimulatedDmp
from rempart.simulators.dmp.behaviours import BEHAVIOURS
from rempart.simulators.dmp.turn import Turn
from rempart.validation.xds.validate_message import validate_xds

INS = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
HOSPITAL = Caller(
    user="801234567897", family="ADAM", given="Hoda", structure="1120456789", structure_name="CHU-X", patient=INS,
    mode=vihf.INDIRECT, roles=(AUTOMATON,),
)  # fmt: skip
DOCTOR = replace(
    HOSPITAL, mode=vihf.AIR,
    roles=(Coded("10", vihf.PROFESSIONS, "Médecin"), Coded("SM26", vihf.SPECIALITIES, "Médecine générale (SM)")),
)  # fmt: skip
CARE = Coded("03", "1.2.250.1.213.2.2", "Hospitalisation complète (non compris hospitalisation de semaine)")


@dataclass(frozen=True)
class Scene:
    """The simulated DMP, and what the client sent to it."""

    server: SimulatedDmp
    pki: pki.Pki
    store: EvidenceStore

    def run(self, play: Callable[[Dmp], Awaitable[Any]], url: str = "", timeout: float = 5) -> Any:
        async def played() -> Any:
            dmp = Dmp(url or self.server.url, certificates.load(self.pki.folder), Mutants(), timeout)
            try:
                return await play(dmp)
            finally:
                dmp.close()

        return asyncio.run(played())

    def faults(self) -> list[str]:
        """What is wrong with what the client sent, in the words of the rules."""
        received = [c.exchange for c in self.server.received() if c.exchange.direction is Direction.RECEIVED]
        assert received
        told = [validate_xds(self.store.read(e.sha256), environment="test", received=e.time) for e in received]
        return [f"{f.rule} {f.location} {f.message}" for t in told for f in t.findings if f.severity is Severity.ERROR]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> pki.Pki:
    return pki.make(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def scene(tmp_path: Path, keys: pki.Pki) -> Iterator[Scene]:
    store = EvidenceStore(tmp_path / "evidence")
    with SimulatedDmp(store.record, tls=pki.server_context(keys)) as server:
        yield Scene(server, keys, store)


def lot() -> Lot:
    return Lot(unique_id=oid(), signature_id=oid(), source_id="1.2.250.1.213.9.9", content_type=CARE)


def now() -> datetime:
    return datetime.now(UTC)


def letter(**changes: Any) -> xdm.XdmDocument:
    return xdm.from_cda(document(someone(), **changes)[0])


def test_the_establishment_feeds_replaces_and_deletes(scene: Scene) -> None:
    first = letter()
    second = letter(version=2, replaces=first.unique_id)

    async def play(dmp: Dmp) -> tuple[search.Found, search.Found]:
        await submissions.feed(dmp, HOSPITAL, lot(), now(), [first])
        old = (await search.by_unique_id(dmp, HOSPITAL, first.unique_id)).entries[0]
        await submissions.feed(dmp, HOSPITAL, lot(), now(), [second], {second.unique_id: old.id})
        new = (await search.by_unique_id(dmp, HOSPITAL, second.unique_id)).entries[0]
        await submissions.delete(dmp, HOSPITAL, lot(), now(), new)
        return await search.by_entry_uuid(dmp, HOSPITAL, old.id), await search.by_entry_uuid(dmp, HOSPITAL, new.id)

    before, after = scene.run(play)
    assert [e.status for e in before.entries] == [xds.DEPRECATED]
    assert after.entries == ()
    calls = scene.server.received()
    assert [c.transaction for c in calls] == ["TD2.1", "TD3.1", "TD2.1", "TD3.1", "TD3.3c", "TD3.1", "TD3.1"]
    assert all(c.accepted and c.mode == "INDIRECTE" for c in calls)
    assert scene.faults() == []


def test_a_professional_consults_and_manages(scene: Scene) -> None:
    fed = letter()

    async def play(dmp: Dmp) -> None:
        await submissions.feed(dmp, HOSPITAL, lot(), now(), [fed])
        assert (await access.check(dmp, DOCTOR, "1.2.250.1.213.9.9")).authorisation != VALID
        await access.authorise(dmp, DOCTOR)
        found = await access.check(dmp, DOCTOR, "1.2.250.1.213.9.9")
        assert (found.status, found.authorisation) == ("active", VALID)
        listed = await access.authorised(dmp, replace(DOCTOR, patient=""), "20200101000000")
        assert [p.identifiers[0][0] for p in listed] == [INS.partition("^")[0]]

        wanted = search.Criteria(types=[fed.type], author="%ADAM%", started=(fed.start, ""))
        entry = (await search.find_documents(dmp, DOCTOR, wanted)).entries[0]
        sets = (await search.find_submissions(dmp, DOCTOR, ("20200101000000", ""))).submissions
        links = (await search.associations(dmp, DOCTOR, sets[0].id)).associations
        assert entry.id in {link.target for link in links}
        assert not (await search.find_by_reference(dmp, DOCTOR, ["1^^^&1.2&ISO^urn:ihe:iti:xds:2013:order"])).entries
        got = await retrieve.retrieve(dmp, DOCTOR, [fed.unique_id, "2.25.1"])
        assert (got.documents, [e.code for e in got.errors]) == (
            {fed.unique_id: fed.data}, ["XDSDocumentUniqueIdError"],
        )  # fmt: skip

        element = (await search.by_unique_id(dmp, DOCTOR, fed.unique_id)).elements[entry.id]
        await submissions.set_confidentiality(dmp, DOCTOR, lot(), now(), element, ["N", "MASQUE_PS"])
        masked = (await search.by_unique_id(dmp, DOCTOR, fed.unique_id)).entries[0]
        assert [c.code for c in masked.coded(xds.CONFIDENTIALITY)] == ["N", "MASQUE_PS"]
        await submissions.archive(dmp, DOCTOR, lot(), now(), masked)
        archived = (await search.find_documents(dmp, DOCTOR, statuses=[xds.ARCHIVED])).entries[0]
        await submissions.archive(dmp, DOCTOR, lot(), now(), archived)
        assert (await search.find_documents(dmp, DOCTOR)).entries

    scene.run(play)
    assert [c.transaction for c in scene.server.received()].count("TD3.3d") == 2
    assert scene.faults() == []


@pytest.mark.parametrize(
    ("manner", "unsure"),
    [("ne répond pas", True), ("coupe la connexion", True), ("prend le document puis coupe la connexion", True),
     ("coupe sa réponse", True), ("est indisponible", False), ("répond hors SOAP", True), ("est occupé", False)],
)  # fmt: skip
def test_an_outage_is_told_from_a_refusal(scene: Scene, manner: str, unsure: bool) -> None:
    scene.server.behaviour = BEHAVIOURS[manner]
    with pytest.raises(Outage) as told:
        scene.run(lambda dmp: submissions.feed(dmp, HOSPITAL, lot(), now(), [letter()]), timeout=0.5)
    assert told.value.unsure is unsure


def test_a_refusal_has_its_code(scene: Scene) -> None:
    fed = letter()

    async def play(dmp: Dmp) -> list[tuple[str, ...]]:
        await submissions.feed(dmp, HOSPITAL, lot(), now(), [fed])
        told = []
        for caller in (HOSPITAL, replace(HOSPITAL, structure="1750000001")):
            with pytest.raises(Refused) as refusal:
                await submissions.feed(dmp, caller, lot(), now(), [fed])
            told.append(refusal.value.codes)
        scene.server.behaviour = BEHAVIOURS["refuse le certificat"]
        with pytest.raises(Refused) as fault:
            await submissions.feed(dmp, HOSPITAL, lot(), now(), [fed])
        return [*told, (fault.value.code,)]

    duplicate, stranger, fault = scene.run(play)
    assert set(duplicate) == {"XDSDuplicateUniqueIdInRegistry"}
    assert "SIM_AuteurNonCorrespondant" in stranger
    assert fault == ("DMPInvalidCertificate",)


def test_nobody_and_a_stranger_are_outages(scene: Scene, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    others = pki.make(tmp_path / "other")
    with SimulatedDmp(scene.store.record, tls=pki.server_context(others)) as unknown:
        for url in (f"https://127.0.0.1:{port}/x", "https://nobody.invalid/x", unknown.url):
            with pytest.raises(Outage) as told:
                scene.run(lambda dmp: search.by_unique_id(dmp, HOSPITAL, "2.25.1"), url)
            assert not told.value.unsure


def test_a_connection_is_kept_and_opened_again(scene: Scene) -> None:
    async def play(dmp: Dmp) -> None:
        for _ in range(2):
            await search.by_unique_id(dmp, HOSPITAL, "2.25.1")
        scene.server.suspend()
        scene.server.resume()
        await search.by_unique_id(dmp, HOSPITAL, "2.25.1")

    scene.run(play)
    peers = [c.exchange.peer for c in scene.server.received()]
    assert (peers[0] == peers[1], peers[1] == peers[2]) == (True, False)


@pytest.mark.parametrize("url", ["http://localhost/x", "localhost", "https://"])
def test_wrong_settings_are_told_at_the_start(keys: pki.Pki, tmp_path: Path, url: str) -> None:
    with pytest.raises(BadSettings):
        connect(Settings(dispositif=PFI, dmp_url=url, certificates=str(keys.folder)), Mutants())
    with pytest.raises(BadSettings):
        connect(Settings(dispositif=PFI, dmp_url="https://localhost/x", certificates=str(tmp_path)), Mutants())


def test_an_answer_that_drips_is_cut(scene: Scene) -> None:
    """Each byte comes in time, and the whole never does."""
    ended = threading.Event()

    async def drip(turn: Turn) -> None:
        while not ended.is_set():
            await turn.channel.write(b"X")
            await asyncio.sleep(0.05)

    scene.server.behaviour = drip
    try:
        with pytest.raises(Outage) as told:
            scene.run(lambda dmp: search.by_unique_id(dmp, HOSPITAL, "2.25.1"), timeout=0.3)
    finally:
        ended.set()
    assert told.value.unsure
