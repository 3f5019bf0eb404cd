"""The patient administration (GAP, GAM) of the simulated establishment: tells the candidate who the patients are."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from rempart.formats.hl7v2 import write
from rempart.formats.hl7v2.cisis import Envelope, Ins, Patient, Structure, Visit, timestamp
from rempart.model.exchange import Record
from rempart.simulators import pam
from rempart.simulators.pam import Consent, Movement
from rempart.simulators.patients import AUTHORITY, ESTABLISHMENT, party
from rempart.simulators.sender import Address, Dialogue, MllpSender
from rempart.simulators.wire import new_control_id, now

ROLE = "GAM simulée"
UNIT = Structure(name="Chirurgie viscérale", id="6268", id_type="UF", within=ESTABLISHMENT.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay as the GAP knows it: its file, its visit, and the movement that opened it."""

    account: str
    visit: Visit
    movement: Movement
    event: str


class Gap:
    """Each method sends one message and returns the dialogue. Raises as `MllpSender.send`.

    It remembers the stays that it has opened, by IPP, to end or cancel them.
    """

    def __init__(self, record: Record, address: Address, *, timeout: float = 5) -> None:
        self._sender = MllpSender(ROLE, record, address, timeout=timeout)
        self._stays: dict[str, Stay] = {}
        self._numbers = itertools.count(1)
        self._last = b""

    @property
    def candidate(self) -> Address:
        """Where it listens."""
        return self._sender.address

    @candidate.setter
    def candidate(self, address: Address) -> None:
        self._sender.address = address

    def send(self, message: bytes, *, note: str = "") -> Dialogue:
        """Any message, faults included."""
        self._last = message
        return self._sender.send(message, note=note)

    def repeat(self) -> Dialogue:
        """The last message once more, byte for byte. Raises ValueError when nothing has been sent."""
        if not self._last:
            raise ValueError("no message to repeat")
        return self.send(self._last, note="le même message")

    def create(self, patient: Patient, *, status: str | None = None, consent: Consent | None = None) -> Dialogue:
        """A28. `status` takes the place of the patient's: an INS without VALI is a case to send."""
        return self.send(pam.create(_as(patient, status), envelope(), consent))

    def update(self, patient: Patient, *, status: str | None = None, consent: Consent | None = None) -> Dialogue:
        """A31."""
        return self.send(pam.update(_as(patient, status), envelope(), consent))

    def erase(self, patient: Patient, field: str) -> Dialogue:
        """A31 that deletes a field of the patient (`PID-11`): `""`, where an empty field would leave it alone."""
        message = write.replace(pam.update(patient, envelope()), field, pam.DELETE)
        return self.send(message, note=f"{field} effacé")

    def announce_death(self, patient: Patient) -> Dialogue:
        """A31 with the indicator and the time of death (PID-30, PID-29)."""
        message = write.replace(pam.update(patient, envelope()), "PID-30", "Y")
        return self.send(write.replace(message, "PID-29", timestamp(now())), note="décès annoncé")

    def change_ins(self, patient: Patient, old: Ins) -> Dialogue:
        """A47: `patient` carries the new INS."""
        return self.send(pam.change_ins(patient, old, envelope()))

    def delete_ins(self, patient: Patient, *, status: str = "PROV") -> Dialogue:
        """A47 with an INS that is taken back."""
        return self.send(pam.delete_ins(patient, envelope(), status))

    def merge(self, kept: Patient, absorbed: Patient) -> Dialogue:
        """A40."""
        return self.send(pam.merge(kept, absorbed, envelope()))

    def admit(self, patient: Patient, *, consent: Consent | None = None, status: str | None = None) -> Dialogue:
        """A01: a new stay, current from now on."""
        stay = self.stay(patient)
        self._stays[patient.ipp] = stay
        return self.send(self.movement("A01", _as(patient, status), stay, consent))

    def current(self, patient: Patient) -> Stay:
        """The stay that `admit` has opened. Raises KeyError when there is none."""
        return self._stays[patient.ipp]

    def discharge(self, patient: Patient) -> Dialogue:
        """A03 of the stay that `admit` has opened. Raises KeyError when there is none."""
        stay = self._stays.pop(patient.ipp)
        visit = replace(stay.visit, discharged=now())
        return self.send(self.movement("A03", patient, replace(stay, visit=visit, movement=self._move())))

    def cancel_admission(self, patient: Patient) -> Dialogue:
        """A11 of the stay that `admit` has opened. Raises KeyError when there is none."""
        stay = self._stays.pop(patient.ipp)
        return self.send(self.movement("A11", patient, replace(stay, movement=replace(stay.movement, cancels="A01"))))

    def unsupported_event(self, patient: Patient) -> Dialogue:
        """A08, which PAM FR excludes: what does the candidate do of an event it should not know?"""
        message = pam.update(patient, envelope()).replace(b"ADT^A31^ADT_A05", b"ADT^A08^ADT_A01", 1)
        return self.send(message, note="événement A08, exclu de PAM FR")

    # -- pieces, for messages that steps change before sending

    def stay(self, patient: Patient) -> Stay:
        """A new hospitalisation, its numbers derived from the IPP: unique as long as the IPP is."""
        n = next(self._numbers)
        visit = Visit(class_="I", unit=UNIT.id, number=f"V{patient.ipp}{n}", admitted=now(), authority=AUTHORITY)
        return Stay(account=f"D{patient.ipp}{n}", visit=visit, movement=self._move(), event="A01")

    def movement(self, event: str, patient: Patient, stay: Stay, consent: Consent | None = None) -> bytes:
        """The message of an event with a movement, not sent."""
        person = replace(patient, account=stay.account)
        return pam.movement(event, person, stay.visit, stay.movement, envelope(), consent)

    def _move(self) -> Movement:
        return Movement(id=f"M{new_control_id()}", time=now(), unit=UNIT)


def envelope() -> Envelope:
    """A new message of the GAP, now."""
    return Envelope(sender=party("GAM"), receiver=party("DPI"), control_id=new_control_id(), time=now())


def consent(feeding: str = "", consultation: str = "", dmp: str = "ACTIF") -> Consent:
    """Choices collected now (`Consent`)."""
    return Consent(time=now(), feeding=feeding, consultation=consultation, dmp=dmp)


def _as(patient: Patient, status: str | None) -> Patient:
    return replace(patient, status=status) if status else patient
