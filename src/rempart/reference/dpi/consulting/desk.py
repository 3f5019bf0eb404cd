"""The DMP as a professional reaches it from the DPI: each call carries their name and mode of access, and is traced."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from rempart.formats.cda.model import Coded
from rempart.formats.vihf import model as vihf
from rempart.reference.dmp.caller import Caller
from rempart.reference.dmp.client import Dmp
from rempart.reference.dmp.submissions import Lot
from rempart.reference.dpi.consulting.users import GENERIC, User
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.settings import FINESS, ORGANISATION
from rempart.reference.store import Store

T = TypeVar("T")
INSTANCE = "1.2.250.1.71.4.2.2.120456789.2"  # of this software, installed here
OWN_STRUCTURE = f"1{FINESS}"  # Struct_IdNat
_CARE = Coded("03", "1.2.250.1.213.2.2", "Hospitalisation complète (non compris hospitalisation de semaine)")


@dataclass(frozen=True, slots=True)
class Right:
    """What a consultation is made under: who, in which mode of access, and why when it is bris de glace."""

    user: User
    access: str = vihf.NORMAL
    reason: str = ""


class Desk:
    """`await desk.ask("TD3.1", patient, right, lambda dmp, who: search.find_documents(dmp, who))`."""

    def __init__(self, dmp: Dmp, store: Store, mutants: Mutants) -> None:
        self._dmp, self._store, self._mutants = dmp, store, mutants

    async def ask(
        self, transaction: str, patient: Patient, right: Right, play: Callable[[Dmp, Caller], Awaitable[T]]
    ) -> T:
        """One call, traced before it leaves. Raises Outage, Refused."""
        if not self._mutants.on("acces-au-dmp-non-trace"):
            told = f"{transaction}, {right.user.id}, accès {right.access}"
            self._store.trace("accès au DMP", told + (f": {right.reason}" if right.reason else ""), patient.id)
        return await play(self._dmp, self._caller(patient, right))

    def lot(self) -> Lot:
        """A submission of its own, for a change of the state of a document."""
        return Lot(unique_id=new_oid(), signature_id=new_oid(), source_id=INSTANCE, content_type=_CARE)

    def _caller(self, patient: Patient, right: Right) -> Caller:
        purpose, reason = right.access, right.reason
        if self._mutants.on("bris-de-glace-envoye-en-normal"):
            purpose = vihf.NORMAL
        if self._mutants.on("motif-absent-du-vihf"):
            reason = ""
        user = right.user
        return Caller(
            user=GENERIC if self._mutants.on("vihf-generique") else user.id, family=user.family, given=user.given,
            structure=OWN_STRUCTURE, structure_name=ORGANISATION, patient=cx(patient), mode=vihf.AIR, roles=user.roles,
            purpose=purpose, reason=reason, software="DPI de référence Rempart",
        )  # fmt: skip


def cx(patient: Patient) -> str:
    """The INS as XDS and the VIHF write it."""
    return f"{patient.ins_value}^^^&{patient.ins_oid}&ISO^NH"


def new_oid() -> str:
    return f"2.25.{uuid.uuid4().int}"
