"""The people and the establishment of the simulated world: published test identities, by the name a feature uses."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from rempart.formats.hl7v2.cisis import Authority, Ins, MailRecipient, Party, Patient, Professional, Structure
from rempart.resources import own_yaml

_FILE = Path(__file__).with_name("patients.yaml")


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = own_yaml(_FILE)
    return data


_PLACE: dict[str, str] = _data()["establishment"]

AUTHORITY = Authority(name=_PLACE["name"], id=_PLACE["ipp_authority"])
ESTABLISHMENT = Structure(name=_PLACE["name"], id=_PLACE["finess"])
OTHER_ESTABLISHMENT = Structure(name="CHU-Z", id="999999999")  # no FINESS of anyone
# Professionals of the published examples.
AUTHOR = Professional(id="801234567866", family="DIAZ", given="Thierry")
CORRESPONDENT = Professional(id="801234567897", family="ADAM", given="Hoda")
PROFESSIONALS = {f"{p.given} {p.family}": p for p in (AUTHOR, CORRESPONDENT)}  # as features name them
CORRESPONDENT_MAIL = "adam.hoda@test-ci-sis.mssante.fr"


def party(application: str) -> Party:
    """A software of the simulated establishment."""
    return Party(application=application, organisation=_PLACE["name"])


def names() -> list[str]:
    """The names that features may use."""
    return list(_data()["patients"])


def patient(name: str, ipp: str) -> Patient:
    """The test identity of this name under this IPP. Raises KeyError when no such identity is published."""
    traits = dict(_data()["patients"][name])
    ins = traits.pop("ins", None)
    return Patient(ipp=ipp, ipp_authority=AUTHORITY, ins=Ins(value=ins) if ins else None, **traits)


def correspondent() -> MailRecipient:
    """The professional that documents are mailed to."""
    return MailRecipient(address=CORRESPONDENT_MAIL, professional=CORRESPONDENT)


def citizen_mailbox(person: Patient) -> MailRecipient:
    """The patient's own mailbox in Mon espace santé. Raises ValueError without an INS: the address is made of it."""
    if not person.ins:
        raise ValueError("the address of a patient is made of the INS")
    return MailRecipient(address=f"{person.ins.value}@patient.mssante.fr", patient=person)
