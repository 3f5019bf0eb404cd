"""An order of the volet with everything that the texts let it say, for the tests of its writers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import (
    Authority,
    Document,
    DocumentOrder,
    Envelope,
    Ins,
    Party,
    Patient,
    Professional,
    Structure,
    Visit,
    document_message,
)

CDA = '<ClinicalDocument xmlns="urn:hl7-org:v3">é</ClinicalDocument>'.encode()
TIME = datetime(2026, 3, 6, 11, 12, 13, tzinfo=timezone(timedelta(hours=1)))
AUTHORITY = Authority(name="CHU-X", id="1.2.250.1.71.4.2.2.120456789.1")
PATIENT = Patient(
    ipp="000003",
    ipp_authority=AUTHORITY,
    ins=Ins(value="279035121518989"),
    birth_name="PAT-TROIS",
    first_birth_name="DOMINIQUE",
    birth_names="DOMINIQUE MARIE-LOUISE",
    used_name="PAT-TROIS",
    sex="F",
    birth_date="19790328",
    birth_place="51215",
    account="24000006",
)
DIAZ = Professional(id="801234567866", family="DIAZ", given="Thierry")
HOSPITAL = Structure(name="CHU-X", id="120456789")
ORDER = DocumentOrder(
    envelope=Envelope(
        sender=Party(application="DPI", organisation="CHU-X"),
        receiver=Party(application="PFI", organisation="CHU-X"),
        control_id="C1",
        time=TIME,
    ),
    action="initial",
    patient=PATIENT,
    visit=Visit(class_="I", unit="6268", number="V1", admitted=TIME),
    document=Document(
        cda=CDA, unique_id="2.25.1", type_code="34112-3", type_label="CR hospitalier (séjour)", replaced_id="2.25.0"
    ),
    author=DIAZ,
    structure=HOSPITAL,
)


def order(**changes) -> Message:
    return Message.parse(document_message(replace(ORDER, **changes)))
