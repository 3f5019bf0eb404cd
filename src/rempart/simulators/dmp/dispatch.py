"""Which function answers which transaction."""

from __future__ import annotations

from collections.abc import Callable

from rempart.formats.xds.transactions import (
    AUTHORISATION,
    EXISTENCE,
    FEED,
    PATIENT_LIST,
    PERSON_SEARCH,
    RETRIEVE,
    SEARCH,
    UPDATE,
)
from rempart.simulators.dmp.feed import feed
from rempart.simulators.dmp.habilitation import authorise, existence, patient_list, person_search
from rempart.simulators.dmp.retrieve import retrieve
from rempart.simulators.dmp.search import search
from rempart.simulators.dmp.service import Dmp, Incoming, Reply
from rempart.simulators.dmp.update import update

_TRANSACTIONS: dict[str, Callable[[Dmp, Incoming], Reply]] = {
    FEED.id: feed, SEARCH.id: search, RETRIEVE.id: retrieve, UPDATE.id: update, EXISTENCE.id: existence,
    AUTHORISATION.id: authorise, PATIENT_LIST.id: patient_list, PERSON_SEARCH.id: person_search,
}  # fmt: skip


def answer(dmp: Dmp, call: Incoming) -> Reply:
    """Do what the call asks. Raises Refused."""
    return _TRANSACTIONS[call.transaction](dmp, call)
