"""Half an hour of traffic in less: connections cut at random points on both sides, clients that try again.

What is proven at the end: every mail whose 250 the client has seen came out by IMAP, byte for byte; nothing came out
that was not sent; every connection, every whole mail and every fetch is in the evidence.
"""

from __future__ import annotations

import hashlib
import imaplib
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mss_client import APP, PASSWORD, imap
from mss_traffic import Submitter, prepared

from rempart.evidence.store import EvidenceStore, load_exchanges
from rempart.formats.mail.source import read_head
from rempart.simulators.mssante import SimulatedOperator
from rempart.simulators.mssante.behaviours import Behaviour, ImapBehaviour

BOX, BOX_PASSWORD = "bal.applicative2@test-ci-sis.mssante.fr", "rempart-app2"
_SENDERS = 3
_TRIES = 200  # of one mail: more is a fault of ours
_BROKEN = (OSError, EOFError, imaplib.IMAP4.error)  # smtplib's errors are OSError, those of TLS too


def cutting(rng: random.Random, weight: int) -> Behaviour:
    """An operator that cuts, refuses for a while, or takes and cuts, once in five mails or so."""

    async def behaviour(turn) -> None:  # type: ignore[no-untyped-def]
        chance = rng.random()
        if turn.stage in ("greeting", "recipient") and chance < 0.02:
            turn.cut()
        if turn.stage == "recipient" and chance < 0.04:
            return await turn.reply("450 4.7.1 Plus tard")
        if turn.stage == "data" and chance < 0.06:
            return await turn.obey_until(rng.randrange(weight))
        if turn.stage == "message" and chance < 0.04:
            turn.cut()
        if turn.stage == "message" and chance < 0.08:
            turn.take()
            turn.cut()
        if turn.stage == "message" and chance < 0.10:
            return await turn.reply("451 4.3.0 Plus tard")
        await turn.obey()

    return behaviour


def imap_cutting(rng: random.Random, weight: int) -> ImapBehaviour:
    """The same of IMAP: before a command, or in the middle of what it answers."""

    async def behaviour(turn) -> None:  # type: ignore[no-untyped-def]
        chance = rng.random()
        if chance < 0.02:
            turn.cut()
        if chance < 0.06:
            turn.cut_after(rng.randrange(weight))
        await turn.obey()

    return behaviour


@dataclass
class Soak:
    """What clients know, to be compared with what the operator kept."""

    operator: SimulatedOperator
    kb: int
    seed: int
    sent: dict[str, tuple[str, int]] = field(default_factory=dict)  # Message-ID -> SHA-256 and size of the mail
    accepted: set[str] = field(default_factory=set)
    fetched: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    connections: int = 0
    tries: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self, numbers: range) -> None:
        """One client: the next mail once the last one is accepted."""
        rng = random.Random(self.seed * 1000 + numbers.start)
        link: Submitter | None = None
        for number in numbers:
            data = prepared(f"{self.seed}.{number}", self.kb)
            own = read_head(data).value("Message-ID")
            self.sent[own] = (hashlib.sha256(data).hexdigest(), len(data))
            for _ in range(_TRIES):
                link = self._send(link, rng, own, data)
                if own in self.accepted:
                    break
            else:
                self.problems.append(f"{own} was never accepted")
        if link:
            link.close()

    def _send(self, link: Submitter | None, rng: random.Random, own: str, data: bytes) -> Submitter | None:
        """One try; the connection when it still serves."""
        with self.lock:
            self.tries += 1
            self.connections += link is None
        try:
            link = link or Submitter(self.operator.addresses.smtp, self.operator.certificates, APP, PASSWORD)
            if rng.random() < 0.05:  # the network of the client
                if link.begin(APP, BOX).startswith(b"354"):
                    link.socket.sendall(data[: rng.randrange(len(data))])
                link.close()
                return None
            reply = link.send(APP, BOX, data)
        except _BROKEN:
            if link:
                link.close()
            return None
        if reply.startswith(b"250"):
            self.accepted.add(own)
        else:
            link.say("RSET")
        return link

    def fetch_all(self) -> None:
        """The software that takes mails out, until nothing more can come."""
        while True:
            last = self.done.is_set()
            try:
                with self.lock:
                    self.connections += 1
                with imap(self.operator, login=BOX, password=BOX_PASSWORD) as box:
                    while self._take(box) or not last:
                        last = last or self.done.is_set()
                    return
            except _BROKEN:
                continue

    def _take(self, box: imaplib.IMAP4) -> bool:
        """Take out what is there, then let it go: what was marked before a cut, first. Was there anything?"""
        box.expunge()
        found = box.uid("SEARCH", "UNDELETED")[1][0].split()
        for uid in found:
            answer = box.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1]
            if not answer or not isinstance(answer[0], tuple):
                continue
            self._compare(answer[0][1])
            box.uid("STORE", uid.decode(), "+FLAGS", "(\\Deleted)")
        if found:
            box.expunge()
        elif not self.done.is_set():
            self.done.wait(0.05)
        return bool(found)

    def _compare(self, data: bytes) -> None:
        own = read_head(data).value("Message-ID")
        digest, size = self.sent.get(own, ("", 1))
        if hashlib.sha256(data[-size:]).hexdigest() != digest:  # under the trace of the delivery
            self.problems.append(f"{own} came out altered, or was never sent")
        self.fetched[own] += 1

    def compare(self, root: Path) -> list[str]:
        """With the evidence: what there is, in lines; what is wrong is in `problems`."""
        exchanges = load_exchanges(root)
        whole = {e.sha256 for e in exchanges if e.protocol == "mail/rfc822" and e.label == "courriel XDM"}
        digests = {self.sent[m][0] for m in self.accepted}
        answers = sum(e.protocol == "smtp" and e.label == "250" for e in exchanges)
        dialogues = sum(e.label == "dialogue" for e in exchanges)
        wanted = {
            "a mail that was accepted is not in the evidence": digests <= whole,
            "a mail that was accepted did not come out": self.accepted <= set(self.fetched),
            "not every mail was accepted": set(self.sent) == self.accepted,
            "an answer is not in the evidence": answers >= len(self.accepted),
            "a connection is not in the evidence": dialogues == self.connections,
            "the mailbox is not empty": not self.operator.mailbox(BOX).inbox.messages,
            "a handler of the operator failed": not self.operator.crashes,
        }
        self.problems += [name for name, holds in wanted.items() if not holds]
        copies = sum(self.fetched.values())
        again = copies - len(self.fetched)
        return [
            f"{len(exchanges)} exchanges kept: {dialogues} dialogues, {answers} mails accepted",
            f"{copies} fetches of {len(self.fetched)} mails ({again} taken and cut, or fetched again)",
        ]


def soak(folder: Path, count: int, kb: int, seed: int) -> tuple[list[str], list[str]]:
    """What happened, and what is lost or wrong: nothing, if all is well."""
    store = EvidenceStore(folder / "evidence")
    weight = len(prepared("x", kb))
    with SimulatedOperator(store.record, certificates=folder / "pki") as operator:
        operator.behaviour = cutting(random.Random(seed), weight)
        operator.imap_behaviour = imap_cutting(random.Random(seed + 1), weight)
        run = Soak(operator, kb, seed)
        started = time.perf_counter()
        shares = [range(n * count // _SENDERS, (n + 1) * count // _SENDERS) for n in range(_SENDERS)]
        senders = [threading.Thread(target=run.send_all, args=(share,)) for share in shares]
        fetcher = threading.Thread(target=run.fetch_all)
        for thread in (*senders, fetcher):
            thread.start()
        for thread in senders:
            thread.join()
        run.done.set()
        fetcher.join()
        seconds = time.perf_counter() - started
        operator.suspend()  # every session ends and is kept
        lines = [f"{count} mails of {weight // 1000} kB in {seconds:.0f} s, seed {seed}: "
                 f"{run.tries} tries, {run.connections} connections"]  # fmt: skip
        return [*lines, *run.compare(store.root)], run.problems
