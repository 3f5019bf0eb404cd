"""Traces of what is done with the mailbox: by whom, when, what was asked of whom and what it answered (MSS/CONF.18)."""

from __future__ import annotations

from datetime import UTC

from rempart.reference.mutation import Mutants
from rempart.reference.settings import MAILBOX
from rempart.reference.store import Store, now

SENT, WAITS, REFUSED = "courriel MSSanté envoyé", "opérateur MSSanté injoignable, envoi en attente", "courriel refusé"
RECEIVED, HANDED, UNREACHABLE = "courriel MSSanté reçu", "document remis au DPI", "boîte aux lettres inaccessible"
DELIVERED, READ = "accusé de réception MSSanté", "accusé de lecture MSSanté"
FETCH = "IMAP UID FETCH"
# Which treatments the mutants forget.
_FORGOTTEN = {
    "envoi-non-trace": SENT,
    "echec-non-trace": WAITS,
    "refus-definitif-non-trace": REFUSED,
    "reception-non-tracee": RECEIVED,
    "remise-non-tracee": HANDED,
    "accuse-de-reception-non-garde": DELIVERED,
    "accuse-de-lecture-non-garde": READ,
}


class MailTraces:
    """Written in the open transaction, if there is one."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    def write(self, event: str, detail: str, request: str, answer: str) -> None:
        """The author is the mailbox of software, which is what the operator authenticated."""
        on = self._mutants.on
        if any(on(name) and event == forgotten for name, forgotten in _FORGOTTEN.items()):
            return
        silent = on("trace-sans-reponse") or (event == HANDED and on("reponse-du-dpi-non-tracee"))
        told = {
            "author": "" if on("trace-sans-auteur") else MAILBOX,
            "request": "" if on("trace-sans-demande") else request,
            "answer": "" if silent else answer,
        }
        if on("trace-en-utc"):
            told["time"] = now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        self._store.trace(event, detail, None, **told)
