"""The worker that asks the DMP what was ordered: one order after another, again after an outage, until it answers."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable
from datetime import datetime

from rempart.formats.vihf import model as vihf
from rempart.formats.xdm import XdmDocument, from_cda
from rempart.formats.xds import RegistryObject
from rempart.formats.xds import model as xds
from rempart.reference.dmp import search, submissions
from rempart.reference.dmp.caller import AUTOMATON, Caller
from rempart.reference.dmp.client import Dmp
from rempart.reference.dmp.failures import DUPLICATE, Outage, Refused
from rempart.reference.dmp.submissions import Lot
from rempart.reference.mutation import Mutants
from rempart.reference.pfi import detours
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
        """False after an outage. What is taken back while the DMP is being reached does not leave."""
        try:
            await self._dmp.reach()
            if not self._orders.leaves(row):
                return True
            await self._ask(row)
        except Outage as outage:
            return self._put_off(row, outage)
        except Refused as refusal:
            if self._mutants.on("refus-du-dmp-reessaye"):
                return self._put_off(row, Outage(str(refusal)))
            self._refused(row, refusal)
        except Exception as error:  # a defect of ours must not stop the others: it is told to the sender and to stderr
            traceback.print_exc(file=sys.stderr)
            self._end(row, "XDSRepositoryError", f"erreur interne: {type(error).__name__}")
        else:
            self._end(row, "", "")
        return True

    def _put_off(self, row: Row, outage: Outage) -> bool:
        """The order waits; false, since nothing else would pass now."""
        if self._mutants.on("ordre-perdu-a-la-coupure"):
            with self._store.transaction():
                self._orders.ends(row, FAILED)
            return True
        if self._mutants.on("coupure-prise-pour-un-refus"):
            self._end(row, "XDSRegistryNotAvailable", outage.reason)
            return True
        self._orders.waits(row, unsure=outage.unsure)
        if not row["attempts"]:  # once: an outage may last
            self._store.trace("DMP injoignable, envoi en attente", f"{row['unique_id']} {outage.reason}")
        return False

    def _refused(self, row: Row, refusal: Refused) -> None:
        taken = row["unsure"] and DUPLICATE in refusal.codes and _OTHER_BYTES not in refusal.codes
        if self._mutants.on("doublon-pris-pour-un-refus"):
            taken = False
        if taken or self._mutants.on("refus-du-dmp-dit-succes"):
            self._end(row, "", "")
        elif self._mutants.on("code-du-dmp-perdu"):
            self._end(row, "DMPError", refusal.label)
        else:
            self._end(row, refusal.code, refusal.label)

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
        document = self._document(row)
        replaces = {}
        await detours.before_feeding(self._dmp, caller)
        if row["action"] == "replace":
            found = await search.by_unique_id(self._dmp, caller, row["replaced_id"])
            if (replaced := _in_force(found)) is None:
                raise Refused("XDSReplaceFailed", _UNKNOWN)
            document = await detours.before_replacing(self._dmp, caller, lot, document, found)
            replaces = {document.unique_id: replaced.id}
        await submissions.feed(self._dmp, caller, lot, when, [document], replaces)
        await detours.after_feeding(self._dmp, caller, lot, document)

    def _document(self, row: Row) -> XdmDocument:
        """The document, and what its header and the order say of it."""
        cda = self._orders.document(row)
        if self._mutants.on("nouvel-identifiant-a-la-reprise") and row["attempts"]:
            cda = detours.under_another_identifier(cda, row["unique_id"])
        document = from_cda(cda, hidden=tuple(filter(None, row["hidden"].split(","))))
        if self._mutants.on("vihf-date-du-document"):
            said = datetime.strptime(f"{document.created}Z", "%Y%m%d%H%M%S%z")
            self._dmp.clock = lambda: said
        return document

    async def _delete(self, row: Row, caller: Caller, lot: Lot, when: datetime) -> None:
        unique_id = row["unique_id"]
        if self._mutants.on("supprime-le-dernier-document"):
            unique_id = self._orders.last_fed() or unique_id
        entry = _in_force(await search.by_unique_id(self._dmp, caller, unique_id))
        if entry is not None:
            change = submissions.archive if self._mutants.on("archive-au-lieu-de-supprimer") else submissions.delete
            await change(self._dmp, caller, lot, when, entry)
        elif not row["unsure"]:  # else: gone at the attempt before, whose answer was lost
            raise Refused("XDSDocumentUniqueIdError", _UNKNOWN)

    def _lot(self, row: Row) -> Lot:
        return Lot(
            unique_id=row["lot_id"], signature_id=row["signature_id"], source_id=self._orders.source_id(),
            content_type=VISITS.get(row["visit"], OUTPATIENT),
        )  # fmt: skip


def _in_force(found: search.Found) -> RegistryObject | None:
    """The entry of a document, which only the registry can name."""
    statuses = (xds.APPROVED, xds.ARCHIVED)
    return next((e for e in found.entries if e.status in statuses), next(iter(found.entries), None))


def _caller(row: Row) -> Caller:
    """The establishment, in the name of the person of the order: the VIHF of this order and of no other."""
    return Caller(
        user=row["user"], family=row["family"], given=row["given"], structure=row["structure"],
        structure_name=row["structure_name"], patient=row["patient"], mode=vihf.INDIRECT, roles=(AUTOMATON,),
        secret=bool(row["secret"]), software="PFI de référence Rempart",
    )  # fmt: skip
