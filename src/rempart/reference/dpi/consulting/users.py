"""The professional whose session is open: every call to the DMP is made in their name (AIR simplifié)."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.cda.model import Coded
from rempart.formats.vihf import model as vihf
from rempart.reference.body import Body
from rempart.reference.dpi.answers import Json, done, refused
from rempart.reference.mutation import Mutants
from rempart.reference.settings import AUTHOR, FINESS
from rempart.reference.store import Store

GENERIC = f"3{FINESS}/DPI"  # an identifier that no person has: for a mutant
_DOCTOR = Coded("10", vihf.PROFESSIONS, "Médecin")
_GENERAL = Coded("SM26", vihf.SPECIALITIES, "Qualifié en Médecine Générale (SM)")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A professional known of the directory; `id` is a PS_IdNat, `roles` the profession then the speciality."""

    id: str
    family: str
    given: str
    roles: tuple[Coded, ...] = (_DOCTOR, _GENERAL)

    @property
    def speciality(self) -> str:
        return self.roles[1].code if len(self.roles) > 1 else ""


# Professionals of the published examples: no real identity.
KNOWN = {
    user.id: user
    for user in (
        User(id=AUTHOR.id, family=AUTHOR.family, given=AUTHOR.given),
        User(id="801234567897", family="ADAM", given="Hoda"),
    )
}


class Session:
    """One session at a time; it starts as the author of the documents."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants
        self.user = self._former = KNOWN[AUTHOR.id]
        self.actions = {"open_session": self.open_session}

    @property
    def caller(self) -> User:
        """Who the next call to the DMP is made for."""
        return self._former if self._mutants.on("vihf-de-l-utilisateur-precedent") else self.user

    async def open_session(self, body: Body) -> Json:
        asked = body.only("user").object("user").only("id", "family", "given", "profession", "speciality")
        found = KNOWN.get(asked.text("id"))
        if found is None:
            return refused("ce professionnel n'est pas connu du DPI: il ne peut pas consulter le DMP")
        self._former, self.user = self.user, found
        self._store.trace("session ouverte", found.id)
        return done()
