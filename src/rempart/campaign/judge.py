"""The judge: what steps use to say what must be true of an exchange. It records; the ledger concludes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rempart.campaign.ledger import Ledger
from rempart.evidence.store import EvidenceStore
from rempart.formats.hl7v2 import Message
from rempart.model.exchange import Direction, Exchange, Record
from rempart.model.finding import Finding
from rempart.model.inconclusive import Inconclusive
from rempart.model.results import CheckResult
from rempart.simulators.dmp import Call, SimulatedDmp
from rempart.simulators.errors import MissingMessage, NoTraffic
from rempart.simulators.inbox import Received
from rempart.simulators.mllp import MllpPartner
from rempart.simulators.mssante import ReceivedMail, SimulatedOperator
from rempart.validation.checks import run_check


class Stopped(Exception):
    """The scenario cannot go on: a finding already says why. Not an error of the harness."""


@dataclass
class Judge:
    """Checks are run on the recorded bytes, read back from the store: what is judged is what is kept."""

    ledger: Ledger
    record: Record
    store: EvidenceStore

    def check(self, name: str, *exchanges: Exchange, **params: Any) -> list[Finding]:
        """Run a named check (`rempart.validation.checks`) and keep its findings; the scenario goes on."""
        evidence = [self.store.read(e.sha256) for e in exchanges]
        findings = run_check(name, evidence, params)
        self.ledger.check(
            CheckResult(check=name, params=params, exchanges=[e.id for e in exchanges], findings=findings)
        )
        return findings

    def expect(self, answer: Exchange, path: str, *, rule: str, **expectation: Any) -> None:
        """A value of a driver's answer: `expect(reply.exchange, "ins.value", equals="…", rule="HL7-180")`."""
        self.check("observation.expect", answer, path=path, rule=rule, **expectation)

    def await_message(
        self,
        partner: MllpPartner,
        kind: str | None,
        *,
        timeout: float,
        rule: str = "",
        where: Callable[[Message], bool] | None = None,
        expected: str = "",
    ) -> Received:
        """The next message of this kind that the candidate sends to `partner`; None: any kind that `where` accepts.

        `expected` words it for the report, when `kind` does not say enough.

        Without `rule`, its absence is inconclusive. With `rule`, the candidate has already said, by its acknowledgement
        or its driver, that it did what obliges it to send: its absence is a finding of that rule, and the scenario
        stops there. Yet a candidate that never found its way to `partner` may only have a wrong address: inconclusive.
        """
        try:
            return partner.next_message(kind, timeout, where, expected)
        except (NoTraffic, MissingMessage) as error:
            if not rule:
                raise
            if not partner.reached:
                where_to = f"{partner.host}:{partner.port}"
                raise Inconclusive(f"{error.reason}; rien n'est encore arrivé à {where_to}: adresse?") from error
            self._missing(partner, expected or kind or "message", rule, timeout, error.reason)
            raise Stopped(error.reason) from error

    def await_call(
        self,
        dmp: SimulatedDmp,
        transaction: str,
        *,
        timeout: float,
        rule: str = "",
        where: Callable[[Call], bool] | None = None,
        expected: str = "",
    ) -> Call:
        """The next call of this transaction (`TD3.1`) that the candidate makes to the DMP. `rule` as in
        `await_message`."""
        try:
            return dmp.next_call(transaction, timeout, where, expected)
        except (NoTraffic, MissingMessage) as error:
            if not rule:
                raise
            if not dmp.reached:
                raise Inconclusive(f"{error.reason}; rien n'est encore arrivé à {dmp.url}: adresse?") from error
            assert error.exchange
            self.check("dmp.missing", error.exchange, rule=rule, transaction=transaction)
            raise Stopped(error.reason) from error

    def await_mail(
        self,
        operator: SimulatedOperator,
        *,
        timeout: float,
        rule: str = "",
        where: Callable[[ReceivedMail], bool] | None = None,
        expected: str = "un courriel",
    ) -> ReceivedMail:
        """The next mail that the candidate hands to the operator. `rule` as in `await_message`."""
        try:
            return operator.next_mail(timeout, where, expected)
        except (NoTraffic, MissingMessage) as error:
            if not rule:
                raise
            if not operator.reached:
                at = operator.addresses
                where_to = f"{at.host}:{at.smtp}"
                raise Inconclusive(f"{error.reason}; rien n'est encore arrivé à {where_to}: adresse?") from error
            assert error.exchange
            self.check("mss.missing", error.exchange, rule=rule)
            raise Stopped(error.reason) from error

    def _missing(self, partner: MllpPartner, kind: str, rule: str, timeout: float, reason: str) -> None:
        messages = [{"kind": r.message.kind, "exchange": r.exchange.id} for r in partner.received()]
        seen = {"role": partner.role, "awaited": kind, "seconds": timeout, "messages": messages}
        data = json.dumps(seen, ensure_ascii=False).encode()
        observation = self.record(
            Direction.OBSERVED, "observation", partner.role, partner.host, f"attente de {kind}", data, reason
        )
        self.check("missing", observation, rule=rule, kind=kind)
