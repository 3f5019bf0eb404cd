"""Who calls the DMP, and the VIHF that says so: a PFI for the person of the order, a DPI for its user."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

import rempart
from rempart.formats.cda.model import PS_ID_NAT, STRUCT_ID_NAT, Coded
from rempart.formats.signing import Signer
from rempart.formats.vihf import Holder, write_vihf
from rempart.formats.vihf import model as vihf

AUTOMATON = Coded("AUTOMATE", "1.2.250.1.213.1.1.4.6", "Automate")
HOMOLOGATION = "REMPART-DEMONSTRATION"
LIFETIMES = {vihf.INDIRECT: 300, vihf.AIR: 30}  # seconds; EX_AIR-040 for the second, the first is our choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`user` is a PS_IdNat, `structure` a Struct_IdNat, `patient` a CX ("" for TD0.4). `roles`: the profession, then
    the speciality. `mode` is one of vihf.INDIRECT (a PFI) and vihf.AIR (a user of the DPI)."""

    user: str
    family: str
    given: str
    structure: str
    structure_name: str
    patient: str
    mode: str
    roles: tuple[Coded, ...]
    purpose: str = vihf.NORMAL
    reason: str = ""
    secret: bool = False
    software: str = "Rempart"

    @property
    def person(self) -> str:
        """The caller as an author of XDS (XCN)."""
        return f"{self.user}^{self.family}^{self.given}^^^^^^&{PS_ID_NAT}&ISO^D^^^IDNPS"

    @property
    def institution(self) -> str:
        """The structure as an author of XDS (XON)."""
        return f"{self.structure_name}^^^^^&{STRUCT_ID_NAT}&ISO^IDNST^^^{self.structure}"


def assertion(caller: Caller, signer: Signer, now: datetime) -> etree._Element:
    """A VIHF for one call, issued `now`, signed."""
    automatic = AUTOMATON in caller.roles
    holder = Holder(
        id=f"_{uuid.uuid4()}", issued=now, user=caller.user, user_name=f"{caller.given} {caller.family}".strip(),
        structure=caller.structure, patient=caller.patient, mode=caller.mode, roles=caller.roles,
        context=vihf.UNSPECIFIED if automatic else vihf.PASSWORD, purpose=caller.purpose, reason=caller.reason,
        secret=caller.secret, lifetime=LIFETIMES[caller.mode], software=caller.software,
        software_version=rempart.__version__, homologation=HOMOLOGATION,
    )  # fmt: skip
    return write_vihf(holder, signer)
