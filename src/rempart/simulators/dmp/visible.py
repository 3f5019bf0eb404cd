"""Which documents a caller can see."""

from __future__ import annotations

from rempart.simulators.dmp import rights
from rempart.simulators.dmp.patients import DmpPatient
from rempart.simulators.dmp.registry import Entry


def sees(caller: rights.Caller, patient: DmpPatient, entry: Entry) -> bool:
    """A masked document is for its authors, the "médecin traitant" and an emergency that the patient allowed.

    In indirect mode, where only references are searched, it is for the structure that is its author.
    """
    if not entry.masked:
        return True
    if caller.mode == rights.INDIRECT or not caller.is_professional:
        return caller.structure in entry.structures
    return rights.sees_masked(caller, patient, entry.authors)
