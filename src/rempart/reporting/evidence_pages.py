"""Which exchanges a report lays out, and their bytes: a page of 10,000 scenarios must still open.

What is not laid out is still listed, with its SHA-256 and the file that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rempart.evidence.store import EvidenceError, read_object
from rempart.model.exchange import Exchange
from rempart.model.results import Results
from rempart.reporting.messages import ExchangeView, exchange_view
from rempart.reporting.outline import Outline, ScenarioView
from rempart.reporting.words import ORDER

# A page is kept under some 40 MB: an exchange weighs its size, up to what its view shows of it, and a fixed part.
PAGE_BUDGET = 4_000_000
OWN_WEIGHT, MAX_SIZE = 500, 4_000


@dataclass
class EvidencePages:
    """Gives the view of an exchange, read and verified when it is asked for."""

    root: Path
    exchanges: dict[str, Exchange]
    laid_out: set[str]
    problems: list[str] = field(default_factory=list)  # French: evidence that is missing or altered

    def view(self, exchange_id: str, scenario: ScenarioView | None) -> ExchangeView:
        exchange = self.exchanges[exchange_id]
        if exchange_id not in self.laid_out:
            return ExchangeView("omitted", note="non développé ici: la page serait trop longue")
        try:
            data = read_object(self.root, exchange.sha256)
        except EvidenceError as error:
            return ExchangeView("unreadable", note=str(error))
        return exchange_view(exchange, data, scenario.findings if scenario else [])

    @property
    def omitted(self) -> int:
        return len(self.exchanges) - len(self.laid_out)


def evidence_pages(results: Results, plan: Outline, root: Path) -> EvidencePages:
    """Chooses what is laid out, scenarios that need a reader first, and checks that its bytes are there and intact."""
    exchanges = {e.id: e for e in results.exchanges}
    rank = {verdict: n for n, verdict in enumerate(ORDER)}
    ordered = sorted(plan.scenarios(), key=lambda s: rank[s.record.verdict])
    wanted = [*(e for s in ordered for e in s.exchanges), *plan.loose_exchanges]
    laid_out: set[str] = set()
    left = PAGE_BUDGET
    for exchange_id in dict.fromkeys(wanted):
        left -= OWN_WEIGHT + min(exchanges[exchange_id].size, MAX_SIZE)
        if left < 0:
            break
        laid_out.add(exchange_id)
    pages = EvidencePages(root, exchanges, laid_out)
    for exchange in results.exchanges:
        if exchange.id in laid_out and (fault := _fault(root, exchange)):
            pages.problems.append(f"{exchange.id}: {fault}")
    return pages


def _fault(root: Path, exchange: Exchange) -> str:
    try:
        read_object(root, exchange.sha256)
    except EvidenceError as error:
        return str(error)
    return ""
