"""The worker that asks the DMP what was ordered: one order after another, again after an outage, until it answers."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable
from datetime import datetime

from rempart.formats.vihf import model as vihf
from rempart.formats.xdm import from_cda
from rempart.formats.xds import RegistryObject
from rempart.formats.xds import model as xds
from rempart.reference.dmp import search, submissions
from rempart.reference.dmp.caller import AUTOMATON, Caller
from rempart.reference.dmp.client import Dmp
from rempart.reference.dmp.failures import DUPLICATE, Outage, Refused
from rempart.reference.dmp.submissions import Lot
from rempart.reference.mutation import Mutants
from rempart.reference.pfi.dmp_orders import DONE, FAILED, DmpOrders
from rempart.reference.pfi.mailing import OUTPATIENT, VISITS
from rempart.reference.settings import Settings
from rempart.reference.store import Row, Store, now

Report = Callable[[int, str, str], None]  # a line of `channels`, error code, error label; in the open transaction
_OTHER_BYTES = "XDSNonIdenticalHash"
_UNKNOWN = "document inconnu du DMP"


class Feeder:
    """`start` wakes it up: after an order, and when the program starts. What it has not done stays in the store."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        orders: DmpOrders,
        dmp: Dmp,
        mutants: Mutants,
        report: Report,
        after: Callable[[], None],
    ) -> None:
        """`after` is called once the DMP has answered: what `report` wrote may leave."""
        self._settings, self._store, self._orders, self._dmp, self._mutants = settings, store, orders, dmp, mutants
        self._report, self._after = report, after
        self._task: asyncio.Task[None] | None = None
        self._news, self._stopping = asyncio.Event(), asyncio.Event()  # something to do; nothing any more

    def start(self) -> None:
        self._news.set()
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="dmp")

    async def stop(self) -> None:
        """What is under way is in doubt, and waits for the next start."""
        self._stopping.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._dmp.close()

    async def _work(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            row = self._orders.due(now())
            if row is None:
                await self._wait(self._news, self._until_next())
            elif not await self._carry_out(row):
                await self._wait(self._stopping, self._settings.retry_delay)

    def _until_next(self) -> float | None:
        when = self._orders.next_due(now())
        return None if when is None else max(0.0, (when - now()).total_seconds())

    async def _wait(self, event: asyncio.Event, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass

    async def _carry_out(self, row: Row) -> bool:
        """False after an outage."""
        if not self._orders.leaves(row):
            return True
        try:
            await self._ask(row)
        except Outage as outage:
            self._orders.waits(row, unsure=outage.unsure)
            self._store.trace("DMP injoignable, envoi en attente", outage.reason)
            return False
        except Refused as refusal:
            taken = row["unsure"] and DUPLICATE in refusal.codes and _OTHER_BYTES not in refusal.codes
            self._end(row, *("", "") if taken else (refusal.code, refusal.label))
        except Exception as error:  # a defect of ours must not stop the others: it is told to the sender and to stderr
            traceback.print_exc(file=sys.stderr)
            self._end(row, "XDSRepositoryError", f"erreur interne: {type(error).__name__}")
        else:
            self._end(row, "", "")
        return True

    def _end(self, row: Row, code: str, label: str) -> None:
        with self._store.transaction():
            self._orders.ends(row, FAILED if code else DONE)
            self._report(row["line"], code, label)
            self._store.trace(
                "DMP: refus" if code else "DMP: fait", f"{row['action']} {row['unique_id']} {code}".strip()
            )
        self._after()

    # -- what each order asks

    async def _ask(self, row: Row) -> None:
        """Raises Outage, Refused."""
        caller, lot, when = _caller(row), self._lot(row), now()
        if row["action"] == "delete":
            await self._delete(row, caller, lot, when)
            return
        document = from_cda(self._orders.document(row), hidden=tuple(filter(None, row["hidden"].split(","))))
        replaces = {}
        if row["action"] == "replace":
            replaced = await self._known(caller, row["replaced_id"])
            if replaced is None:
                raise Refused("XDSReplaceFailed", _UNKNOWN)
            replaces = {document.unique_id: replaced.id}
        await submissions.feed(self._dmp, caller, lot, when, [document], replaces)

    async def _delete(self, row: Row, caller: Caller, lot: Lot, when: datetime) -> None:
        entry = await self._known(caller, row["unique_id"])
        if entry is not None:
            await submissions.delete(self._dmp, caller, lot, when, entry)
        elif not row["unsure"]:  # else: gone at the attempt before, whose answer was lost
            raise Refused("XDSDocumentUniqueIdError", _UNKNOWN)

    async def _known(self, caller: Caller, unique_id: str) -> RegistryObject | None:
        """TD3.1b: the entry of a document, which only the registry can name."""
        entries = (await search.by_unique_id(self._dmp, caller, unique_id)).entries
        return next((e for e in entries if e.status in (xds.APPROVED, xds.ARCHIVED)), next(iter(entries), None))

    def _lot(self, row: Row) -> Lot:
        return Lot(
            unique_id=row["lot_id"], signature_id=row["signature_id"], source_id=self._orders.source_id(),
            content_type=VISITS.get(row["visit"], OUTPATIENT),
        )  # fmt: skip


def _caller(row: Row) -> Caller:
    """The establishment, in the name of the person of the order: the VIHF of this order and of no other."""
    return Caller(
        user=row["user"], family=row["family"], given=row["given"], structure=row["structure"],
        structure_name=row["structure_name"], patient=row["patient"], mode=vihf.INDIRECT, roles=(AUTOMATON,),
        secret=bool(row["secret"]), software="PFI de référence Rempart",
    )  # fmt: skip
