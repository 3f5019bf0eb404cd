"""What receives documents from MSSanté, wired."""

from __future__ import annotations

from rempart.reference.dpi.documents import Documents
from rempart.reference.dpi.mss.deciding import Decisions
from rempart.reference.dpi.mss.filing import Filing
from rempart.reference.dpi.mss.incoming import IncomingDocuments
from rempart.reference.dpi.mss.journal import Journal
from rempart.reference.dpi.mss.screens import MssScreens
from rempart.reference.dpi.mss.worklist import Worklist
from rempart.reference.dpi.sending import Orders
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patients
from rempart.reference.store import Store


def reception(
    store: Store, patients: Patients, documents: Documents, orders: Orders, mutants: Mutants
) -> tuple[IncomingDocuments, MssScreens]:
    """The receiver of the PFI's messages, and the screens of the user."""
    journal = Journal(store, mutants)
    worklist = Worklist(store, journal, mutants)
    filing = Filing(store, documents, worklist, journal, mutants)
    decisions = Decisions(store, patients, documents, filing, worklist, journal, mutants)
    incoming = IncomingDocuments(store, patients, documents, filing, worklist, journal, orders, mutants)
    return incoming, MssScreens(store, patients, documents, worklist, decisions, journal, mutants)
