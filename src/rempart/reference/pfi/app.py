"""The reference PFI, wired: what it receives, and the actions of the driver that it offers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from rempart.formats.hl7v2 import Message
from rempart.reference.body import BadRequest, Body
from rempart.reference.dmp.client import connect
from rempart.reference.identity import IdentityFeed
from rempart.reference.listener import Listener, Receiver
from rempart.reference.mutation import Mutants
from rempart.reference.node import Node
from rempart.reference.outbox import Outbox
from rempart.reference.patients import Patients
from rempart.reference.pfi.dmp_orders import DmpOrders
from rempart.reference.pfi.feeder import Feeder
from rempart.reference.pfi.mailbox import Mailbox, NothingToDo
from rempart.reference.pfi.mailing import Mailing
from rempart.reference.pfi.transmission import CHANNELS, DMP, Transmission
from rempart.reference.refusal import Refusal
from rempart.reference.settings import Settings
from rempart.reference.store import Store

Json = dict[str, Any]
TABLES = ("identifiers", "movements", "traces")
DONE: Json = {"outcome": "done", "reason": ""}


def build(settings: Settings, mutants: Mutants) -> Node:
    """A PFI that is ready to listen."""
    store = Store(settings.database, "common", "pfi")
    patients, outbox, mailing = Patients(store), Outbox(settings, store, mutants), Mailing(store, mutants)
    mailbox = Mailbox(settings, store, outbox, mailing, mutants)
    outbox.on_end = mailbox.delivered
    dmp = connect(settings, mutants)
    dmp_orders = DmpOrders(store, mutants) if dmp else None
    transmission = Transmission(settings, store, outbox, mailing, mutants, dmp_orders)
    workers: list[Feeder] = []
    if dmp and dmp_orders:
        workers = [Feeder(settings, store, dmp_orders, dmp, mutants, transmission.report, outbox.start)]

    def after() -> None:
        outbox.start()
        for worker in workers:
            worker.start()

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
        actions=Pfi(store, patients, outbox, transmission, mailing, mailbox).actions,
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

    def __init__(
        self,
        store: Store,
        patients: Patients,
        outbox: Outbox,
        transmission: Transmission,
        mailing: Mailing,
        mailbox: Mailbox,
    ) -> None:
        self._store, self._patients, self._outbox = store, patients, outbox
        self._transmission, self._mailing, self._mailbox = transmission, mailing, mailbox
        self.actions = {
            "get_received_document": self.get_received_document,
            "report_channel_result": self.report_channel_result,
            "receive_mail": self.receive_mail,
            "list_sent_mails": self.list_sent_mails,
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

    async def report_channel_result(self, body: Body) -> Json:
        body.only("unique_id", "channel", "recipient", "success", "error_code", "error_label")
        channel, recipient = body.choice("channel", CHANNELS), body.text("recipient", "")
        error = (body.text("error_code", ""), body.text("error_label", ""))
        if body.flag("success", True):
            error = ("", "")
        elif not error[0]:
            raise BadRequest("error_code est obligatoire quand success est faux")
        if channel == DMP and self._transmission.feeds:
            return {"outcome": "refused", "reason": "le DMP répond lui-même"}
        document = self._transmission.document(body.text("unique_id"))
        lines = self._transmission.lines(document) if document else []
        waiting = [ln for ln in lines if ln["channel"] == channel and recipient in ("", ln["recipient"])]
        waiting = [ln for ln in waiting if ln["status"] == "pending"]
        if len(waiting) != 1:
            return {"outcome": "refused", "reason": f"{len(waiting)} transmission(s) en attente, une seule attendue"}
        with self._store.transaction():
            self._transmission.report(waiting[0]["id"], *error)
        self._outbox.start()
        return DONE

    async def receive_mail(self, body: Body) -> Json:
        try:
            data = base64.b64decode(body.only("message").text("message"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadRequest(f"message n'est pas en base64: {error}") from None
        answer = DONE
        try:
            with self._store.transaction():
                self._mailbox.receive(data)
        except NothingToDo as error:
            self._store.trace("courriel MSSanté écarté", str(error))
            answer = {"outcome": "refused", "reason": str(error)}
        self._outbox.start()
        return answer

    async def list_sent_mails(self, body: Body) -> Json:
        body.only()
        return {"messages": [base64.b64encode(m).decode() for m in self._mailing.sent()]}

    async def read_traces(self, body: Body) -> Json:
        if not body.only("patient").has("patient"):
            return {"traces": self._store.traces()}
        named = body.object("patient").only("value", "authority")
        patient = self._patients.find(named.text("value"), named.text("authority"))
        return {"traces": self._store.traces(patient.id) if patient else []}
