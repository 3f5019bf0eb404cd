"""The reference PFI, wired: what it receives, and the actions of the driver that it offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rempart.formats.hl7v2 import Message
from rempart.reference.body import Body
from rempart.reference.dmp.client import connect
from rempart.reference.forgetting import forget
from rempart.reference.identity import IdentityFeed
from rempart.reference.listener import Listener, Receiver
from rempart.reference.mss.connect import connect as operated
from rempart.reference.mutation import Mutants
from rempart.reference.node import Node, Worker
from rempart.reference.outbox import Outbox
from rempart.reference.patients import Patients
from rempart.reference.pfi.by_hand import ByHand
from rempart.reference.pfi.dmp_orders import DmpOrders
from rempart.reference.pfi.feeder import Feeder
from rempart.reference.pfi.mailbox import Mailbox
from rempart.reference.pfi.mailing import Mailing
from rempart.reference.pfi.postman import Postman
from rempart.reference.pfi.transmission import Transmission
from rempart.reference.refusal import Refusal
from rempart.reference.settings import Settings
from rempart.reference.store import Store

Json = dict[str, Any]
TABLES = ("identifiers", "movements", "traces")


def build(settings: Settings, mutants: Mutants) -> Node:
    """A PFI that is ready to listen."""
    store = Store(settings.database, "common", "pfi")
    forget(store, settings.dispositif, mutants)
    patients, outbox, mailing = Patients(store), Outbox(settings, store, mutants), Mailing(store, mutants)
    mailbox = Mailbox(settings, store, outbox, mailing, mutants)
    dmp = connect(settings, mutants)
    dmp_orders = DmpOrders(store, mutants) if dmp else None
    transmission = Transmission(settings, store, outbox, mailing, mutants, dmp_orders)
    workers: list[Worker] = []
    if dmp and dmp_orders:
        workers = [Feeder(settings, store, dmp_orders, dmp, mutants, transmission.report, outbox.start)]
    operator = operated(settings, mutants)
    if operator:
        workers.append(
            Postman(store, mailing, transmission, mailbox, operator, settings.retry_delay, outbox.start, mutants)
        )

    def after() -> None:
        outbox.start()
        for worker in workers:
            worker.start()

    def answered(control_id: str) -> None:
        """The DPI has answered for a document: the author of its mail may be told."""
        mailbox.delivered(control_id)
        after()

    outbox.on_end = answered
    receivers = {
        "ADT": IdentityFeed(store, patients, mutants, TABLES).receivers,
        "MDM": transmission.mdm,
        "ORU": transmission.oru,
    }
    if mutants.on("transmet-apres-refus"):
        blind = Mutants(frozenset({"accepte-triple-incoherent", "segment-absent-accepte"}))
        anything = Transmission(settings, store, outbox, mailing, blind)
        receivers |= {kind: _stubborn(receivers[kind], anything.receive, store) for kind in ("MDM", "ORU")}
    return Node(
        settings=settings,
        store=store,
        outbox=outbox,
        listener=Listener(store, mutants, receivers, after),
        actions=Pfi(store, patients, transmission).actions
        | ({} if operator else ByHand(store, outbox, transmission, mailing, mailbox).actions),
        workers=workers,
    )


def _stubborn(receivers: Mapping[str, Receiver], anything: Receiver, store: Store) -> Mapping[str, Receiver]:
    """Receivers that refuse in words and carry out in deeds (mutant `transmet-apres-refus`)."""

    def receive(message: Message) -> None:
        try:
            receivers[message.get("MSH-9.2")](message)
        except Refusal:
            anything(message)
            store.restart()
            raise

    return dict.fromkeys(receivers, receive)


class Pfi:
    """The actions."""

    def __init__(self, store: Store, patients: Patients, transmission: Transmission) -> None:
        self._store, self._patients, self._transmission = store, patients, transmission
        self.actions = {
            "get_received_document": self.get_received_document,
            "read_traces": self.read_traces,
        }

    async def get_received_document(self, body: Body) -> Json:
        unique_id = body.only("unique_id").text("unique_id")
        if (document := self._transmission.document(unique_id)) is None:
            return {"found": False}
        copies = self._store.all("SELECT id FROM documents WHERE unique_id = ?", unique_id)
        ins = {"value": document["ins_value"], "oid": document["ins_oid"]}
        names = ("channel", "status", "recipient", "error_code", "error_label")
        return {
            "found": True,
            "status": document["status"],
            "copies": len(copies),
            "ins": ins if document["ins_value"] else None,
            "channels": [{name: line[name] for name in names} for line in self._transmission.lines(document)],
            "restrictions": self._transmission.restrictions(document),
        }

    async def read_traces(self, body: Body) -> Json:
        if not body.only("patient").has("patient"):
            return {"traces": self._store.traces()}
        named = body.object("patient").only("value", "authority")
        patient = self._patients.find(named.text("value"), named.text("authority"))
        return {"traces": self._store.traces(patient.id) if patient else []}
