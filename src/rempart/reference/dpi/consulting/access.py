"""May this user open the DMP of this patient? What the patient said, then what the DMP answers (TD0.2, TD0.3).

The right is asked of the DMP before any consultation (REM DMP/UX.08); when the patient is not opposed and nobody has
authorised the user yet, the software does it (REM DMP/UX.50).
"""

from __future__ import annotations

from dataclasses import replace

from rempart.formats.dmp.existence import EXPIRED, FORBIDDEN, VALID, ExistenceAnswer
from rempart.formats.vihf import model as vihf
from rempart.reference.dmp import access as dmp_access
from rempart.reference.dmp.failures import DmpFailure
from rempart.reference.dpi.consent import NOT_QUALIFIED, dmp_consultation_refusal
from rempart.reference.dpi.consulting.choices import EMERGENCY, Choices
from rempart.reference.dpi.consulting.desk import INSTANCE, Desk, Right
from rempart.reference.dpi.consulting.users import Session
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient

ABSENT, CLOSED = "absent", "closed"
AUTHORISED, NOT_AUTHORISED = "authorised", "not_authorised"
_WORDS = {ABSENT: "le patient n'a pas de DMP", CLOSED: "le DMP du patient est fermé"}
_BLOCKED = "le patient vous a interdit l'accès à son DMP"
_NO_REASON = "un accès en bris de glace veut un motif"
_OPPOSED = "le patient s'est opposé à la consultation de son DMP: le bris de glace n'y change rien"


class Denied(Exception):
    """Why the DMP is not consulted, in the words of the screen."""


class Access:
    """Remembers, for a session, which rights the DMP has confirmed."""

    def __init__(self, desk: Desk, session: Session, choices: Choices, mutants: Mutants) -> None:
        self._desk, self._session, self._choices, self._mutants = desk, session, choices, mutants
        self._rights: dict[tuple[str, int], Right] = {}

    async def open(self, patient: Patient, access: str, reason: str) -> Right:
        """What a user asks for who consults. Raises Denied."""
        right = Right(self._session.caller, access, reason)
        self._rights.pop(self._key(patient), None)
        if refusal := self.refusal(patient, right):
            if self._mutants.on("td03-malgre-opposition") and patient.qualified:
                await self._authorise(patient, right)
            raise Denied(refusal)
        try:
            await self._confirm(patient, right)
        except DmpFailure as failure:
            raise Denied(f"le DMP ne donne pas son accord: {failure}") from failure
        if right.access == vihf.EMERGENCY:
            self._choices.keep(patient, "", EMERGENCY, right.reason)
        self._rights[self._key(patient)] = right
        return right

    async def ensure(self, patient: Patient) -> Right:
        """The right already confirmed, or one that is asked for now. Raises Denied."""
        known = self._rights.get(self._key(patient))
        if known is None:
            return await self.open(patient, vihf.NORMAL, "")
        refusal = self.refusal(patient, known)
        if refusal and not self._mutants.on("opposition-ignoree-en-cours-de-session"):
            self._rights.pop(self._key(patient))
            raise Denied(refusal)
        return replace(known, user=self._session.caller)

    def refusal(self, patient: Patient, right: Right) -> str:
        """Why this DPI does not even ask the DMP; "" when it may."""
        if self._mutants.on("choix-tenu-par-professionnel") and self._choices.told_by(patient) != self._session.user.id:
            return "le consentement du patient n'a pas été recueilli par ce professionnel"
        if right.access == vihf.NORMAL:
            return dmp_consultation_refusal(patient, self._mutants)
        if not patient.qualified:
            return NOT_QUALIFIED
        if patient.consultation == "INC":
            return _OPPOSED
        wanted = right.access == vihf.EMERGENCY and not self._mutants.on("bris-de-glace-sans-motif")
        return _NO_REASON if wanted and not right.reason.strip() else ""

    async def existence(self, patient: Patient, right: Right) -> ExistenceAnswer:
        """TD0.2. Raises Outage, Refused."""
        return await self._desk.ask(
            "TD0.2", patient, right, lambda dmp, who: dmp_access.check(dmp, who, INSTANCE)
        )  # fmt: skip

    def state(self, found: ExistenceAnswer) -> str:
        """In the words of the record."""
        if not found.status:
            return CLOSED if self._mutants.on("dmp-absent-dit-ferme") else ABSENT
        if found.status != "active":
            return ABSENT if self._mutants.on("dmp-ferme-dit-absent") else CLOSED
        if found.authorisation == FORBIDDEN and self._mutants.on("acces-interdit-dit-autorise"):
            return AUTHORISED
        return AUTHORISED if found.authorisation == VALID else NOT_AUTHORISED

    async def _confirm(self, patient: Patient, right: Right) -> None:
        """Raises Denied, Outage, Refused."""
        if self._mutants.on("consultation-sans-td02"):
            return
        found = await self.existence(patient, right)
        state = self.state(found)
        if found.status != "active":
            if self._mutants.on("consultation-d-un-dmp-ferme"):
                return
            raise Denied(_WORDS[state])
        if found.authorisation == FORBIDDEN and not self._mutants.on("td03-apres-interdiction"):
            raise Denied(_BLOCKED)
        held = [VALID, EXPIRED] if self._mutants.on("autorisation-expiree-prise-pour-valide") else [VALID]
        alone = right.access != vihf.NORMAL  # an emergency asks for no authorisation
        if found.authorisation not in held and not alone and not self._mutants.on("td03-non-pose"):
            await self._authorise(patient, right)

    async def _authorise(self, patient: Patient, right: Right) -> None:
        await self._desk.ask("TD0.3", patient, right, lambda dmp, who: dmp_access.authorise(dmp, who))

    def _key(self, patient: Patient) -> tuple[str, int]:
        user = "" if self._mutants.on("droit-garde-d-un-utilisateur-a-l-autre") else self._session.user.id
        return user, patient.id
