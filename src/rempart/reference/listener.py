"""The MLLP port: reads each message, hands it to its receiver, answers. Whatever comes in, it keeps listening."""

from __future__ import annotations

import hashlib
import sys
import traceback
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.hl7v2.charset import codec
from rempart.formats.hl7v2.cisis import Error, acknowledgement
from rempart.formats.hl7v2.mllp import Connection, wrap
from rempart.formats.hl7v2.write import replace, without
from rempart.reference.deviations import ACKS, deviate
from rempart.reference.mutation import Mutants
from rempart.reference.refusal import Refusal, refuse, require_fields
from rempart.reference.store import Store, now

Receiver = Callable[[Message], None]  # integrates the message in the open transaction, or raises Refusal
Receivers = Mapping[str, Mapping[str, Receiver]]  # by MSH-9.1, then MSH-9.2

SEND_TIMEOUT = 10.0
IDLE_TIMEOUT = 300.0
MAX_MESSAGE = 100 * 1024 * 1024
_VERSIONS = {"ADT": "2.5", "ORU": "2.5"}  # all others: 2.6
# Mutants that take one message for two, and that read bytes as they can.
TWICE = ("doublon-sur-meme-msh10", "document-lps-en-double", "annonce-repetee-vide-le-dossier")
UNDECODED = ("octets-illisibles-lus-par-la-pfi", "octets-illisibles-lus-par-le-dpi")
_PROCESSING = ("P", "T", "D")


class Listener:
    """`after` is called once a message is integrated: messages that it caused may leave."""

    def __init__(self, store: Store, mutants: Mutants, receivers: Receivers, after: Callable[[], None]) -> None:
        self._store, self._mutants, self._receivers, self._after = store, mutants, receivers, after

    async def handle(self, connection: Connection, block: bytes) -> None:
        """One block. What is no message gets no answer: there is nothing to acknowledge."""
        try:
            message = Message.parse(block)
        except Hl7Error:
            return
        if message.get("MSH-9.1") == "ACK":  # never acknowledged itself (original mode)
            return
        if answer := self.answer(message):
            await connection.send(wrap(answer), SEND_TIMEOUT)
        self._after()

    def answer(self, message: Message) -> bytes:
        """The acknowledgement: AA once integrated, AE or AR with ERR otherwise."""
        code, error = "AA", None
        try:
            self._integrate(message)
        except Refusal as refusal:
            code, error = refusal.code, refusal.error
            corrected = message.get("MSH-9.2") == "Z99" and self._mutants.on("correction-refusee-mais-appliquee")
            if corrected or self._mutants.on("identite-refusee-mais-appliquee"):
                self._despite(message)
        except Exception:  # a defect of ours must not take the port down: it is told to the sender and to stderr
            traceback.print_exc(file=sys.stderr)
            code, error = "AE", Error(condition="207", text="erreur interne")
        ack = acknowledgement(message, code, control_id=uuid.uuid4().hex[:20], time=now(), error=error)
        return deviate(ack, self._mutants, ACKS)

    def _integrate(self, message: Message) -> None:
        receiver = self._receiver(message)
        key = (message.get("MSH-3") + "|" + message.get("MSH-4"), message.control_id)
        digest = hashlib.sha256(message.bytes).hexdigest()
        with self._store.transaction():
            known = self._store.one(
                "SELECT 1 FROM received WHERE (sender, control_id, digest) = (?, ?, ?)", *key, digest
            )
            if known and not any(self._mutants.on(name) for name in TWICE):
                return
            receiver(message)
            self._store.run("INSERT OR IGNORE INTO received VALUES (?, ?, ?)", *key, digest)

    def _despite(self, message: Message) -> None:
        """What was refused in words is carried out in deeds, as an update of the identity."""
        update = self._receivers.get(message.get("MSH-9.1"), {}).get("A31")
        if update is not None:
            if message.first("ZBE"):
                message = Message.parse(replace(without(message.bytes, "ZBE"), "MSH-9", "ADT^A31^ADT_A05"))
            with suppress(Refusal), self._store.transaction():
                update(message)

    def _receiver(self, message: Message) -> Receiver:
        """Checks what every message has to say of itself. Raises Refusal."""
        kind, event = message.get("MSH-9.1"), message.get("MSH-9.2")
        if kind not in self._receivers and not self._mutants.on("type-inconnu-accepte"):
            raise refuse("200", "MSH-9.1", f"type de message non pris en charge: {kind or 'absent'}")
        receiver = self._receivers.get(kind, {}).get(event)
        if receiver is None:
            if self._mutants.on("type-inconnu-accepte") or self._mutants.on("evenement-inconnu-accepte"):
                return lambda message: None
            raise refuse("201", "MSH-9.2", f"événement non pris en charge: {event or 'absent'}")
        version = _VERSIONS.get(kind, "2.6")
        if message.get("MSH-12.1") != version and not self._mutants.on("version-inconnue-acceptee"):
            raise refuse("203", "MSH-12.1", f"version {message.get('MSH-12.1')!r}, {version} attendue")
        require_fields(message, "MSH-10")
        if message.get("MSH-11.1") not in _PROCESSING:
            raise refuse("202", "MSH-11.1", f"mode de traitement inconnu: {message.get('MSH-11.1') or 'absent'}")
        if codec(message.charset) is None:
            raise refuse("102", "MSH-18", f"jeu de caractères inconnu: {message.charset}")
        guessed = any(self._mutants.on(name) for name in UNDECODED)
        if (at := message.undecodable()) is not None and not guessed:
            raise refuse("102", "MSH-18", f"octet {at} illisible en {message.charset}")
        return receiver
