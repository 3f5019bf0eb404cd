"""Documents that the DMP holds beforehand, and its answers held back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rempart.evidence.store import EvidenceStore
from rempart.formats.cda.model import LOINC, Coded
from rempart.formats.xds import model as xds
from rempart.simulators.dmp import SimulatedDmp, Status, entries
from rempart.simulators.dmp.behaviours import obey
from rempart.simulators.dmp.hold import Hold
from rempart.simulators.dmp.preload import put
from rempart.simulators.dmp.registry import Registry
from rempart.simulators.documents import COLLEAGUE, first_version, next_version
from rempart.simulators.patients import patient

DOMINIQUE = patient("Dominique PAT-TROIS", "0001")


@pytest.fixture
def registry() -> Iterator[Registry]:
    registry = Registry()
    yield registry
    registry.close()


def letter(**more: object) -> object:
    return first_version(DOMINIQUE, type_code="11490-0", by=COLLEAGUE, **more)  # type: ignore[arg-type]


def test_a_document_of_somebody_else_is_there_as_if_it_had_been_fed(registry: Registry) -> None:
    held = put(registry, letter(), submitted=datetime(2024, 5, 1, tzinfo=UTC))  # type: ignore[arg-type]
    (entry,) = registry.of_patient("279035121518989")
    assert entry.unique_id == held.unique_id == held.version.document.unique_id
    assert registry.content(entry) == held.version.document.cda
    assert (entry.authors, entry.structures, entry.codes) == ((COLLEAGUE.id,), ("1750000001",), ("N",))
    (lot,) = registry.submissions("279035121518989")
    assert lot.time == "20240501000000" and entry.submission == lot.uuid
    assert [link.type for link in registry.links([entry.uuid])] == [xds.HAS_MEMBER]
    told = entries.parsed(entry)
    assert told.title == held.version.document.type_label and told.identifier(xds.ENTRY_ID) == entry.unique_id


def test_its_metadata_may_say_what_its_header_does_not(registry: Registry) -> None:
    unknown = {"type": Coded("99999-1", LOINC, "Nouveau"), "patient_id": "1^^^&1.2&ISO^NH"}
    held = put(
        registry, letter(), hidden=("INVISIBLE_PATIENT",), status=Status.ARCHIVED, references=("x",), metadata=unknown
    )  # type: ignore[arg-type]
    told = entries.parsed(held.entry)
    assert [c.code for c in told.coded(xds.TYPE_CODE)] == ["99999-1"]
    assert told.values("urn:ihe:iti:xds:2013:referenceIdList") == ("x",)
    assert told.identifier(xds.ENTRY_PATIENT) == "1^^^&1.2&ISO^NH"
    assert held.entry.codes == ("N", "INVISIBLE_PATIENT") and held.entry.status is Status.ARCHIVED
    assert held.entry.patient == "279035121518989", "it is still that patient's"


def test_a_version_takes_the_place_of_another_and_an_n3_goes_with_its_n1(registry: Registry) -> None:
    old = put(registry, letter())  # type: ignore[arg-type]
    new = put(registry, next_version(old.version, DOMINIQUE, by=COLLEAGUE), replaces=old)
    pair = put(registry, letter(level="N3"), transforms=new)  # type: ignore[arg-type]
    found = registry.entry(old.entry.uuid)
    assert found is not None and found.status is Status.DEPRECATED
    links = {(k.type, k.source, k.target) for k in registry.links([new.entry.uuid])}
    assert (xds.RPLC, new.entry.uuid, old.entry.uuid) in links
    assert (xds.XFRM, pair.entry.uuid, new.entry.uuid) in links


def test_answers_are_held_while_something_is_done_and_no_longer(tmp_path: Path) -> None:
    with SimulatedDmp(EvidenceStore(tmp_path / "evidence").record) as dmp:
        store = EvidenceStore(tmp_path / "seen")
        seen = Hold(dmp, store.record, 30).during(lambda: None)
        assert b'"held": true' in store.read(seen.sha256)
        assert dmp.behaviour is obey
        late = Hold(dmp, store.record, 0.01)
        seen = late.during(lambda: late.let_go.wait(5))
        assert b'"held": false' in store.read(seen.sha256)
