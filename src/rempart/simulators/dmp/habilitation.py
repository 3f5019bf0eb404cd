"""TD0.2 to TD0.5: does the DMP exist, who is authorised, and which patients have authorised the caller."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from rempart.formats.dmp.existence import ExistenceAnswer, read_existence, write_existence_answer
from rempart.formats.dmp.habilitations import (
    ADD,
    ATTENDING,
    DATE_TYPES,
    REMOVE,
    ListedPatient,
    Outcome,
    read_authorisation,
    read_list,
    write_authorisation_answer,
    write_list_answer,
)
from rempart.formats.dmp.person_search import FoundPerson, read_person_search, write_person_answer
from rempart.simulators.dmp import rights
from rempart.simulators.dmp.patients import DmpPatient, Grant
from rempart.simulators.dmp.refusals import Refusal, Refused, refused
from rempart.simulators.dmp.service import Dmp, Incoming, Reply

_OK = "DMPOk"


def existence(dmp: Dmp, call: Incoming) -> Reply:
    """TD0.2. A DMP that is absent or closed is an answer, not an error. Raises Refused for another INS than the
    VIHF's."""
    request = read_existence(call.body)
    if request.ins != call.caller.patient:
        raise refused("XDSPatientIdDoesNotMatch", request.ins)
    patient = dmp.patients.get(request.ins)
    rights.check_transaction("TD0.2", call.caller, patient)
    answer = ExistenceAnswer(request_id=request.message_id, acknowledgement="AE", response="NF")
    if patient:
        answer = ExistenceAnswer(
            request_id=request.message_id, acknowledgement="AA",
            status="terminated" if patient.closed else "active",
            authorisation=patient.grant(call.caller.holder).value, attending=call.caller.user in patient.attending,
            ins=patient.ins, register=patient.oid,
        )  # fmt: skip
    body = write_existence_answer(answer, message_id=_oid(), created=_now(), receiver=request.sender)
    return Reply(body=body, transaction="TD0.2")


def authorise(dmp: Dmp, call: Incoming) -> Reply:
    """TD0.3. What the DMP refuses is the status of the answer. Raises Refused when the caller may not call it."""
    known = dmp.patients.get(call.caller.patient)
    rights.check_transaction("TD0.3", call.caller, known)
    request = read_authorisation(call.body)
    if request.action not in (ADD, REMOVE) or request.role not in ("", ATTENDING):
        raise refused("SIM_RequeteIllisible", f"action {request.action}, rôle {request.role}")
    try:
        context = _changed(dmp.patient(call.caller.patient), call.caller, request.action, request.role)
    except Refused as refusal:
        (first,) = refusal.refusals
        return _outcome(Outcome(status=first.code, context=first.text), (first,))
    return _outcome(Outcome(status=_OK, context=context))


def _changed(patient: DmpPatient, caller: rights.Caller, action: str, role: str) -> str:
    """What the answer adds to DMPOk."""
    before = patient.grant(caller.holder)
    if before is Grant.BLOCKED:
        raise refused("SIM_AccesInterdit")
    if action == REMOVE:
        patient.grants.pop(caller.holder, None)
        patient.attending.discard(caller.user)
        return "" if before is Grant.VALID else "Aucune autorisation à supprimer"
    patient.grants[caller.holder] = Grant.VALID
    patient.granted_at[caller.holder] = _now()
    if role == ATTENDING:
        patient.attending.add(caller.user)
    return "Autorisation déjà existante" if before is Grant.VALID else ""


def _outcome(outcome: Outcome, errors: tuple[Refusal, ...] = ()) -> Reply:
    return Reply(body=write_authorisation_answer(outcome), transaction="TD0.3", errors=errors)


def patient_list(dmp: Dmp, call: Incoming) -> Reply:
    """TD0.4: patients who authorised the caller, or whose DMP it fed, since a date. Raises Refused."""
    rights.check_transaction("TD0.4", call.caller, None)
    request = read_list(call.body)
    if request.date_type not in DATE_TYPES or len(request.since) != 14 or not request.since.isdigit():
        raise refused("SIM_RequeteIllisible", f"{request.date_type} {request.since}")
    holder = call.caller.holder
    chosen = [p for p in dmp.patients.values() if not p.closed and p.grant(holder) is Grant.VALID]
    if request.date_type == DATE_TYPES[0]:
        chosen = [p for p in chosen if p.granted_at.get(holder, request.since) >= request.since]
    else:
        chosen = [p for p in chosen if any(s.time >= request.since for s in dmp.registry.submissions(p.ins))]
    listed = [
        ListedPatient(identifiers=((p.ins, p.oid),), family=p.family, given=p.given, birth_date=p.birth_date)
        for p in chosen
    ]
    return Reply(body=write_list_answer(Outcome(status=_OK), listed), transaction="TD0.4")


def person_search(dmp: Dmp, call: Incoming) -> Reply:
    """TD0.5, for the regulation centre only: patients whose traits are those given. Raises Refused."""
    rights.check_transaction("TD0.5", call.caller, None)
    wanted = read_person_search(call.body)
    if not wanted.family or not wanted.birth_date:
        raise refused("SIM_RequeteIllisible", "le nom et la date de naissance sont attendus")
    found = [
        FoundPerson(ins=p.ins, register=p.oid, family=p.family, given=p.given, sex=p.sex, birth_date=p.birth_date)
        for p in dmp.patients.values()
        if not p.closed
        and p.family.casefold() == wanted.family.casefold()
        and p.birth_date == wanted.birth_date
        and wanted.given.casefold() in ("", p.given.casefold())
        and wanted.sex in ("", p.sex)
    ]
    body = write_person_answer(wanted, found, message_id=_oid(), created=_now())
    return Reply(body=body, transaction="TD0.5")


def _oid() -> str:
    return f"2.25.{uuid.uuid4().int}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S")
