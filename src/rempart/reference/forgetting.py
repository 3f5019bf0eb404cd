"""Mutants of a restart: what a careless program keeps in memory alone is gone, or made anew, when it starts again."""

from __future__ import annotations

from collections.abc import Mapping

from rempart.reference.mutation import Mutants
from rempart.reference.settings import DPI, PFI
from rempart.reference.store import Store

_NEW_ID = "'<reprise.' || id || '@test-ci-sis.mssante.fr>'"
_AT_START: Mapping[str, Mapping[str, str]] = {
    DPI: {"ordres-du-dpi-perdus-au-redemarrage": "UPDATE outbox SET done = 1 WHERE NOT done"},
    PFI: {
        "ordres-perdus-au-redemarrage": "UPDATE dmp_orders SET state = 'cancelled' WHERE state = 'waiting'",
        "doute-oublie-au-redemarrage": "UPDATE dmp_orders SET unsure = 0",
        "courriels-perdus-au-redemarrage": "UPDATE sent_mails SET state = 'failed' WHERE state = 'waiting'",
        "message-id-refait-au-redemarrage": f"""
            UPDATE sent_mails SET message_id = {_NEW_ID},
              message = CAST(replace(CAST(message AS TEXT), message_id, {_NEW_ID}) AS BLOB)
            WHERE state = 'waiting'
        """,
    },
}


def forget(store: Store, dispositif: str, mutants: Mutants) -> None:
    """When the program starts: nothing, unless one of these mutants is active."""
    for name, change in _AT_START[dispositif].items():
        if mutants.on(name):
            store.run(change)
