"""TD3.2 (ITI-43): the bytes of documents, as MTOM parts."""

from __future__ import annotations

from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import (
    FAILURE,
    PARTIAL,
    SUCCESS,
    RegistryError,
    RegistryResponse,
    Retrieved,
    Wanted,
    read_retrieve,
    write_retrieve_response,
)
from rempart.simulators.dmp import entries, rights
from rempart.simulators.dmp.patients import DmpPatient
from rempart.simulators.dmp.refusals import Refusal, Refused, refused
from rempart.simulators.dmp.registry import Entry, Status
from rempart.simulators.dmp.service import Dmp, Incoming, Reply
from rempart.simulators.dmp.visible import sees


def retrieve(dmp: Dmp, call: Incoming) -> Reply:
    """What can be read is returned; PartialSuccess when not everything could. Raises Refused when nothing is asked."""
    patient = dmp.patient(call.caller.patient)
    rights.check_transaction("TD3.2", call.caller, patient)
    wanted = read_retrieve(call.body)
    if not wanted:
        raise refused("XDSRepositoryError", "aucun document demandé")
    found: list[Entry] = []
    errors: list[Refusal] = []
    for one in wanted:
        try:
            found.append(_entry(dmp, call, patient, one))
        except Refused as refusal:
            errors += refusal.refusals
    status = SUCCESS if not errors else PARTIAL if found else FAILURE
    response = RegistryResponse(status=status, errors=tuple(RegistryError(code=e.code, context=e.text) for e in errors))
    parts = {f"document{n}@dmp": entry for n, entry in enumerate(found, 1)}
    answers = [
        Retrieved(
            repository=xds.DMP_REPOSITORY, unique_id=e.unique_id, mime_type=entries.parsed(e).mime_type, content_id=name
        )
        for name, e in parts.items()
    ]  # fmt: skip
    return Reply(
        body=write_retrieve_response(response, answers),
        transaction="TD3.2",
        attachments={name: dmp.registry.content(entry) for name, entry in parts.items()},
        documents=tuple(w.unique_id for w in wanted),
        errors=tuple(errors),
    )


def _entry(dmp: Dmp, call: Incoming, patient: DmpPatient, wanted: Wanted) -> Entry:
    if wanted.repository != xds.DMP_REPOSITORY:
        raise refused("XDSUnknownRepositoryId", wanted.repository)
    entry = dmp.registry.latest(wanted.unique_id)
    known = entry is not None and entry.patient == patient.ins and entry.status is not Status.DELETED
    if entry is None or not known or not sees(call.caller, patient, entry):
        raise refused("XDSDocumentUniqueIdError", wanted.unique_id)  # an entryUUID gives the same error
    return entry
