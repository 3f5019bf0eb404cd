"""What the parts of feeding share: where things are kept, and by whom orders leave."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.reference.dpi.documents import Documents
from rempart.reference.dpi.sending import Orders
from rempart.reference.mutation import Mutants
from rempart.reference.outbox import Outbox
from rempart.reference.patients import Patients
from rempart.reference.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the DPI that feeding works with."""

    store: Store
    patients: Patients
    documents: Documents
    orders: Orders
    outbox: Outbox
    mutants: Mutants
