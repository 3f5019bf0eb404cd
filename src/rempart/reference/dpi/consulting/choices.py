"""The patient's choice on consulting, by episode of care: it holds for the whole team, not for one professional.

Four states (programme Ségur, focus sur la gestion du consentement): not informed, not opposed, opposed, and the
emergency access, with its reason.
"""

from __future__ import annotations

from rempart.reference.dpi.answers import Json
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.store import Store

STATES = {"NA": "not_informed", "IC": "not_opposed", "INC": "opposed"}
EMERGENCY = "emergency"


class Choices:
    """Rows of `dmp_choices`: one for an episode of a patient."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants
        self._told_by: dict[int, str] = {}  # of a mutant

    def note_teller(self, patient: Patient, user: str) -> None:
        """Who recorded the choice: a mutant asks, for nothing else depends on it."""
        self._told_by[patient.id] = user

    def told_by(self, patient: Patient) -> str:
        return self._told_by.get(patient.id, "")

    def keep(self, patient: Patient, episode: str, choice: str, reason: str = "") -> None:
        """`choice` is a word of STATES, or EMERGENCY; it takes the place of the one before."""
        episode = episode or current(patient)
        if self._mutants.on("choix-commun-a-tous-les-episodes"):
            self._store.update("dmp_choices", {"patient": patient.id}, {"choice": choice, "reason": reason})
        if choice == EMERGENCY and self._mutants.on("bris-de-glace-non-enregistre"):
            return
        self._store.run(
            "INSERT OR REPLACE INTO dmp_choices (patient, episode, choice, reason) VALUES (?, ?, ?, ?)",
            *(patient.id, episode, choice, reason),
        )

    def shown(self, patient: Patient) -> list[Json]:
        """The choices of each episode; the current one is there before anything is said of it."""
        rows = self._store.all(
            "SELECT episode, choice, reason FROM dmp_choices WHERE patient = ? ORDER BY rowid", patient.id
        )
        found = {row["episode"]: dict(row) for row in rows}
        episode = current(patient)
        if episode and found.get(episode, {}).get("choice") != EMERGENCY:
            # The patient administration may have told of another choice since.
            code = patient.consultation
            if code == "NA" and self._mutants.on("non-information-montree-comme-non-opposition"):
                code = "IC"
            found[episode] = {"episode": episode, "choice": STATES[code], "reason": ""}
        return list(found.values())


def current(patient: Patient) -> str:
    """The number of the episode of care under way; "" outside of any."""
    return patient.visit_number
