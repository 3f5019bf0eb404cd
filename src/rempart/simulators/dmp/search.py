"""TD3.1 (ITI-18): the stored queries of XDS.b, over what the caller may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import SUCCESS, RegistryResponse, StoredQuery, read_query, write_query_response
from rempart.formats.xds.read import rim
from rempart.simulators.dmp import entries, rights
from rempart.simulators.dmp.filters import check, matches
from rempart.simulators.dmp.patients import DmpPatient
from rempart.simulators.dmp.refusals import refused
from rempart.simulators.dmp.registry import Entry, Link, Registry, Status, Submission
from rempart.simulators.dmp.service import Dmp, Incoming, Reply
from rempart.simulators.dmp.visible import sees

_ENTRY, _SET = "$XDSDocumentEntry", "$XDSSubmissionSet"
_OBJECT_REFERENCE = "ObjectRef"


@dataclass(frozen=True, slots=True)
class _Search:
    """One query being answered. `visible`: the documents of the patient that the caller sees, deleted ones included."""

    registry: Registry
    query: StoredQuery
    patient: DmpPatient
    visible: dict[str, Entry]  # by entryUUID

    def wanted(self, name: str) -> list[str]:
        """Values of a parameter. Raises Refused when it is missing."""
        if not (found := self.query.values(name)):
            raise refused("XDSStoredQueryMissingParam", name)
        return found

    def shown(self) -> list[Entry]:
        return [e for e in self.visible.values() if e.status is not Status.DELETED]


@dataclass(frozen=True, slots=True)
class _Found:
    entries: tuple[Entry, ...] = ()
    submissions: tuple[Submission, ...] = ()
    links: tuple[Link, ...] = ()


def search(dmp: Dmp, call: Incoming) -> Reply:
    """Raises Refused: unknown query, missing parameter, no right, too many results."""
    query = read_query(call.body)
    if query.id not in _QUERIES:
        raise refused("XDSUnknownStoredQuery", query.id)
    by_reference = query.id in _BY_REFERENCE
    patient = dmp.patient(call.caller.patient)
    rights.check_transaction("TD3.1-reference" if by_reference else "TD3.1", call.caller, patient)
    _check_patient(query, patient)
    visible = {e.uuid: e for e in dmp.registry.of_patient(patient.ins) if sees(call.caller, patient, e)}
    found = _QUERIES[query.id](_Search(dmp.registry, query, patient, visible))
    count = len(found.entries) + len(found.submissions) + len(found.links)
    if count > dmp.settings.max_results:
        raise refused("XDSTooManyResults", str(count))
    return Reply(
        body=write_query_response(_objects(found, query), RegistryResponse(status=SUCCESS), count),
        transaction="TD3.1",
        documents=tuple(e.unique_id for e in found.entries),
    )


def _check_patient(query: StoredQuery, patient: DmpPatient) -> None:
    """The patient is optional: it is that of the VIHF (RG_3010); another one is refused."""
    for name in (f"{_ENTRY}PatientId", f"{_SET}PatientId", "$patientId"):
        for value in query.values(name):
            if entries.matricule(value) != patient.ins:
                raise refused("XDSPatientIdDoesNotMatch", value)


def _find_documents(s: _Search) -> _Found:
    statuses = s.wanted(f"{_ENTRY}Status")
    check(s.query)
    chosen = [e for e in s.visible.values() if e.status.value in statuses]
    return _Found(tuple(e for e in chosen if matches(entries.parsed(e), s.query)))


def _find_by_reference(s: _Search) -> _Found:
    references = s.wanted(f"{_ENTRY}ReferenceIdList")
    found = [
        e for e in _find_documents(s).entries
        if set(references) & set(entries.parsed(e).values("urn:ihe:iti:xds:2013:referenceIdList"))
    ]  # fmt: skip
    return _Found(tuple(found))


def _find_submissions(s: _Search) -> _Found:
    s.wanted(f"{_SET}Status")
    start, end = _bound(s.query, f"{_SET}SubmissionTimeFrom"), _bound(s.query, f"{_SET}SubmissionTimeTo")
    sets = (x for x in s.registry.submissions(s.patient.ins) if (not start or start <= x.time))
    shown = {e.submission for e in s.shown()}
    return _Found(submissions=tuple(x for x in sets if (not end or x.time < end) and x.uuid in shown))


def _bound(query: StoredQuery, name: str) -> str:
    value = next(iter(query.values(name)), "")
    if value and not value.isdigit():
        raise refused("XDSStoredQueryParamNumber", name)
    return value


def _get_documents(s: _Search) -> _Found:
    by_uuid, by_unique_id = s.query.values(f"{_ENTRY}EntryUUID"), s.query.values(f"{_ENTRY}UniqueId")
    by_lid = s.query.values(f"{_ENTRY}LogicalID")
    if not (by_uuid or by_unique_id or by_lid):
        raise refused("XDSStoredQueryMissingParam", f"{_ENTRY}EntryUUID ou {_ENTRY}UniqueId")
    found = (e for e in s.shown() if e.uuid in by_uuid or e.unique_id in by_unique_id or e.lid in by_lid)
    return _Found(tuple(found))


def _get_associations(s: _Search) -> _Found:
    return _Found(links=_links(s, s.wanted("$uuid")))


def _get_documents_and_associations(s: _Search) -> _Found:
    found = _get_documents(s).entries
    return _Found(found, links=_links(s, [e.uuid for e in found]))


def _get_submissions(s: _Search) -> _Found:
    links = [x for x in _links(s, s.wanted("$uuid")) if x.type == xds.HAS_MEMBER]
    return _Found(submissions=_sets(s, (x.source for x in links)), links=tuple(links))


def _get_submission_and_contents(s: _Search) -> _Found:
    by_uuid, by_unique_id = s.query.values(f"{_SET}EntryUUID"), s.query.values(f"{_SET}UniqueId")
    if not (by_uuid or by_unique_id):
        raise refused("XDSStoredQueryMissingParam", f"{_SET}EntryUUID ou {_SET}UniqueId")
    known = (s.registry.submission(uuid=u) for u in by_uuid), (s.registry.submission(unique_id=u) for u in by_unique_id)
    sets = [x for group in known for x in group if x and x.patient == s.patient.ins]
    members = [e for e in s.shown() if e.submission in {x.uuid for x in sets}]
    return _Found(tuple(members), tuple(sets), _links(s, [x.uuid for x in sets]))


def _get_related(s: _Search) -> _Found:
    types, own = s.wanted("$AssociationTypes"), _get_documents(s).entries
    links = [x for x in _links(s, [e.uuid for e in own]) if x.type in types]
    ends = {uuid for x in links for uuid in (x.source, x.target)}
    return _Found(tuple(e for e in s.shown() if e.uuid in ends), links=tuple(links))


def _get_all(s: _Search) -> _Found:
    statuses = s.wanted(f"{_ENTRY}Status")
    chosen = tuple(e for e in s.visible.values() if e.status.value in statuses)
    sets = _sets(s, (e.submission for e in chosen))
    return _Found(chosen, sets, _links(s, [x.uuid for x in sets]))


def _links(s: _Search, uuids: Iterable[str]) -> tuple[Link, ...]:
    """Associations whose documents the caller sees at both ends: what is hidden does not show by its links."""
    return tuple(x for x in s.registry.links(list(uuids)) if _open(s, x.source) and _open(s, x.target))


def _open(s: _Search, uuid: str) -> bool:
    if (submission := s.registry.submission(uuid=uuid)) is not None:
        return submission.patient == s.patient.ins
    return uuid in s.visible


def _sets(s: _Search, uuids: Iterator[str] | Iterable[str]) -> tuple[Submission, ...]:
    found = (s.registry.submission(uuid=u) for u in dict.fromkeys(uuids))
    return tuple(x for x in found if x and x.patient == s.patient.ins)


_BY_REFERENCE = {"urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"}  # the id of a document that is known already
_QUERIES: dict[str, Callable[[_Search], _Found]] = {
    "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d": _find_documents,
    "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9": _find_submissions,
    "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492": _find_by_reference,
    "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4": _get_documents,
    "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155": _get_associations,
    "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a": _get_documents_and_associations,
    "urn:uuid:51224314-5390-4169-9b91-b1980040715a": _get_submissions,
    "urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83": _get_submission_and_contents,
    "urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6": _get_related,
    "urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3": _get_all,
}


def _objects(found: _Found, query: StoredQuery) -> etree._Element:
    objects = etree.Element(rim("RegistryObjectList"), nsmap={"rim": xds.RIM})
    if query.return_type == _OBJECT_REFERENCE:
        uuids = [x.uuid for group in (found.submissions, found.entries, found.links) for x in group]
        for uuid in uuids:
            etree.SubElement(objects, rim("ObjectRef"), id=uuid)
        return objects
    objects.extend(entries.submission_element(x) for x in found.submissions)
    objects.extend(entries.element_of(e) for e in found.entries)
    entries.link_elements(objects, found.links)
    return objects
