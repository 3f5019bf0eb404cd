"""TD3.1: the stored queries of XDS.b that a hospital uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.xds import Association, RegistryObject, model, read_objects
from rempart.formats.xds.messages import StoredQuery, quoted, write_query
from rempart.formats.xds.read import rim
from rempart.formats.xds.transactions import SEARCH
from rempart.reference.dmp.caller import Caller
from rempart.reference.dmp.client import Dmp

FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
FIND_SUBMISSIONS = "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9"
FIND_BY_REFERENCE = "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492"
GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
GET_ASSOCIATIONS = "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155"
ACTIVE = (model.APPROVED,)
_ENTRY, _SET = "$XDSDocumentEntry", "$XDSSubmissionSet"


@dataclass(frozen=True, eq=False)
class Found:
    """What a query returned. `elements`: each ExtrinsicObject as the registry wrote it, by entryUUID."""

    entries: tuple[RegistryObject, ...]
    submissions: tuple[RegistryObject, ...]
    associations: tuple[Association, ...]
    elements: Mapping[str, etree._Element]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Filters of FindDocuments; what is empty filters nothing. Times are UTC, 4 to 14 digits, To excluded."""

    classes: Sequence[Coded] = ()
    types: Sequence[Coded] = ()
    practices: Sequence[Coded] = ()
    facilities: Sequence[Coded] = ()
    formats: Sequence[Coded] = ()
    events: Sequence[Coded] = ()
    confidentialities: Sequence[Coded] = ()
    author: str = ""  # `%` stands for anything
    created: tuple[str, str] = ("", "")
    started: tuple[str, str] = ("", "")
    stopped: tuple[str, str] = ("", "")

    def parameters(self) -> dict[str, tuple[str, ...]]:
        """As ITI-18 writes them."""
        coded = {
            "ClassCode": self.classes, "TypeCode": self.types, "PracticeSettingCode": self.practices,
            "HealthcareFacilityTypeCode": self.facilities, "FormatCode": self.formats, "EventCodeList": self.events,
            "ConfidentialityCode": self.confidentialities,
        }  # fmt: skip
        found = {
            f"{_ENTRY}{name}": _list(f"{c.code}^^{c.system}" for c in codes) for name, codes in coded.items() if codes
        }
        if self.author:
            found[f"{_ENTRY}AuthorPerson"] = _list([self.author])
        times = {"CreationTime": self.created, "ServiceStartTime": self.started, "ServiceStopTime": self.stopped}
        for name, bounds in times.items():
            found |= _between(f"{_ENTRY}{name}", bounds)
        return found


ANY = Criteria()


async def find_documents(dmp: Dmp, caller: Caller, criteria: Criteria = ANY, statuses: Sequence[str] = ACTIVE) -> Found:
    """The documents of the caller's patient. Raises Outage, Refused."""
    parameters = {f"{_ENTRY}PatientId": (quoted(caller.patient),), f"{_ENTRY}Status": _list(statuses)}
    return await _query(dmp, caller, FIND_DOCUMENTS, parameters | criteria.parameters())


async def find_by_reference(
    dmp: Dmp, caller: Caller, references: Sequence[str], statuses: Sequence[str] = ACTIVE
) -> Found:
    """The documents that carry one of these references (CXi: an order, an accession number). Raises Outage, Refused."""
    parameters = {
        f"{_ENTRY}PatientId": (quoted(caller.patient),), f"{_ENTRY}Status": _list(statuses),
        f"{_ENTRY}ReferenceIdList": _list(references),
    }  # fmt: skip
    return await _query(dmp, caller, FIND_BY_REFERENCE, parameters)


async def find_submissions(dmp: Dmp, caller: Caller, submitted: tuple[str, str] = ("", "")) -> Found:
    """The submissions about the caller's patient between two times (UTC). Raises Outage, Refused."""
    parameters = {f"{_SET}PatientId": (quoted(caller.patient),), f"{_SET}Status": _list(ACTIVE)}
    return await _query(dmp, caller, FIND_SUBMISSIONS, parameters | _between(f"{_SET}SubmissionTime", submitted))


async def by_unique_id(dmp: Dmp, caller: Caller, *unique_ids: str) -> Found:
    """TD3.1b: the entries of documents that are known already. Raises Outage, Refused."""
    return await _query(dmp, caller, GET_DOCUMENTS, {f"{_ENTRY}UniqueId": _list(unique_ids)})


async def by_entry_uuid(dmp: Dmp, caller: Caller, *uuids: str) -> Found:
    """The same, by the identifier that the registry gave. Raises Outage, Refused."""
    return await _query(dmp, caller, GET_DOCUMENTS, {f"{_ENTRY}EntryUUID": _list(uuids)})


async def associations(dmp: Dmp, caller: Caller, *uuids: str) -> Found:
    """What links these entries or submissions to others. Raises Outage, Refused."""
    return await _query(dmp, caller, GET_ASSOCIATIONS, {"$uuid": _list(uuids)})


async def _query(dmp: Dmp, caller: Caller, id_: str, parameters: Mapping[str, tuple[str, ...]]) -> Found:
    body = write_query(StoredQuery(id=id_, parameters=dict(parameters)))
    answer = (await dmp.call(SEARCH, body, caller)).body
    objects = read_objects(answer)
    elements = {e.get("id", ""): e for e in answer.iter(rim("ExtrinsicObject"))}
    return Found(objects.entries, objects.packages, objects.associations, elements)


def _list(values: Iterable[str]) -> tuple[str, ...]:
    return (quoted(*values, listed=True),)


def _between(name: str, bounds: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    return {f"{name}{end}": (value,) for end, value in zip(("From", "To"), bounds, strict=True) if value}
