"""Where no operator and no DMP is reached: what stands for their answers, for trials of the PFI alone.

These actions are not of the driver's contract: in a campaign, the simulated services answer for themselves.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from rempart.reference.body import BadRequest, Body
from rempart.reference.outbox import Outbox
from rempart.reference.pfi.mailbox import Mailbox, NothingToDo
from rempart.reference.pfi.mailing import Mailing
from rempart.reference.pfi.transmission import CHANNELS, DMP, Transmission
from rempart.reference.store import Store

Json = dict[str, Any]
DONE: Json = {"outcome": "done", "reason": ""}


class ByHand:
    """The actions."""

    def __init__(
        self, store: Store, outbox: Outbox, transmission: Transmission, mailing: Mailing, mailbox: Mailbox
    ) -> None:
        self._store, self._outbox, self._transmission = store, outbox, transmission
        self._mailing, self._mailbox = mailing, mailbox
        self.actions = {
            "report_channel_result": self.report_channel_result,
            "receive_mail": self.receive_mail,
            "list_sent_mails": self.list_sent_mails,
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
