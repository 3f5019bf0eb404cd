"""MSH and EVN: who writes to whom, when, in which environment, after which edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rempart.formats.hl7v2.charset import UTF8
from rempart.formats.hl7v2.write import Values, segment

CDA_VOLET = ("2.1", "CISIS_CDA_HL7_V2")  # MSH-21 of ORU, MDM and ZAM between CREATEUR and GESTIONNAIRE
LPS_VOLET = ("1.1", "CISIS_CDA_HL7_LPS")  # MSH-21 of MDM between GESTIONNAIRE and CONSOMMATEUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """MSH-3 and MSH-4, or MSH-5 and MSH-6."""

    application: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every message says of itself. `environment` is MSH-11: T (test), D (debug) or P (production)."""

    sender: Party
    receiver: Party
    control_id: str
    time: datetime
    environment: str = "T"
    charset: str = UTF8


def timestamp(time: datetime) -> str:
    """TS to the second, with its zone when it is known."""
    return time.strftime("%Y%m%d%H%M%S%z")


def msh(envelope: Envelope, kind: str, version: str, volet: tuple[str, str] | None = None) -> str:
    """`kind` is MSH-9 whole (`MDM^T02^MDM_T02`), `version` MSH-12 whole (`2.6`, `2.5^FRA^2.11`)."""
    values: dict[str, str] = {
        "3.1": envelope.sender.application,
        "4.1": envelope.sender.organisation,
        "5.1": envelope.receiver.application,
        "6.1": envelope.receiver.organisation,
        "7.1": timestamp(envelope.time),
        "9": kind,
        "10.1": envelope.control_id,
        "11.1": envelope.environment,
        "12": version,
        "17.1": "FRA",
        "18.1": envelope.charset,
    }
    if volet:
        values |= {"21.1": volet[0], "21.2": volet[1]}
    return segment("MSH", values)


def evn(time: datetime, extra: Values | None = None) -> str:
    """EVN-2 recorded, EVN-6 occurred: here the same instant. EVN-1 stays empty (ITI-30, French extension)."""
    return segment("EVN", {"2.1": timestamp(time), "6.1": timestamp(time), **(extra or {})})
