"""TD0.2, TD0.3 and TD0.4: does the DMP exist, may the caller open it, which ones have authorised the caller."""

from __future__ import annotations

import uuid
from datetime import UTC

from rempart.formats.dmp import existence, habilitations
from rempart.formats.xds.transactions import AUTHORISATION, EXISTENCE, PATIENT_LIST
from rempart.reference.dmp.caller import Caller
from rempart.reference.dmp.client import Dmp
from rempart.reference.dmp.failures import Refused
from rempart.reference.store import now

_OK = "DMPOk"


async def check(dmp: Dmp, caller: Caller, sender: str) -> existence.ExistenceAnswer:
    """TD0.2 for the caller's patient; `sender` is the OID of this software. Raises Outage, Refused.

    A DMP that is absent or closed is an answer: `status` is then "" or `terminated`.
    """
    ins, register = _identifier(caller.patient)
    request = existence.ExistenceRequest(
        ins=ins, register=register, message_id=f"2.25.{uuid.uuid4().int}", sender=sender,
        created=now().astimezone(UTC).strftime("%Y%m%d%H%M%S"),
    )  # fmt: skip
    answer = await dmp.call(EXISTENCE, existence.write_existence(request), caller)
    return existence.read_existence_answer(answer.body)


async def authorise(dmp: Dmp, caller: Caller, action: str = habilitations.ADD, role: str = "") -> habilitations.Outcome:
    """TD0.3: add or remove the caller's own authorisation. Raises Outage, Refused."""
    body = habilitations.write_authorisation(habilitations.Authorisation(action=action, role=role))
    outcome = habilitations.read_outcome((await dmp.call(AUTHORISATION, body, caller)).body)
    if outcome.status != _OK:
        raise Refused(outcome.status, outcome.context)
    return outcome


async def authorised(
    dmp: Dmp, caller: Caller, since: str, date_type: str = habilitations.DATE_TYPES[0]
) -> list[habilitations.ListedPatient]:
    """TD0.4: the patients whose DMP is open to the caller since a date (14 digits, UTC). Raises Outage, Refused."""
    body = habilitations.write_list(habilitations.ListRequest(since=since, date_type=date_type))
    answer = (await dmp.call(PATIENT_LIST, body, caller)).body
    outcome = habilitations.read_outcome(answer)
    if outcome.status != _OK:
        raise Refused(outcome.status, outcome.context)
    return habilitations.read_list_answer(answer)


def _identifier(cx: str) -> tuple[str, str]:
    """`279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH` -> the matricule and its register."""
    matricule, _, rest = cx.partition("^^^&")
    return matricule, rest.partition("&")[0]
