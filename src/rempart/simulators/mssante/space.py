"""The espace de confiance: its operators, their domains and their mailboxes, and whether each can be reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rempart.resources import own_yaml
from rempart.simulators import patients
from rempart.simulators.mssante.mailbox import Mailbox

_FILE = Path(__file__).with_name("mailboxes.yaml")


@dataclass(slots=True, kw_only=True)
class Operator:
    """One operator. `reachable`: another operator hands mails over at once; otherwise they wait. `dsn`: it understands
    requests for delivery reports, and answers them itself (RFC 3461)."""

    name: str
    host: str
    domains: tuple[str, ...]
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    reachable: bool = True
    dsn: bool = True

    def mailbox(self, address: str) -> Mailbox | None:
        return self.mailboxes.get(address.lower())

    def restore(self, usual: Operator) -> None:
        """As at the start: a scenario may have closed, filled, added or taken away mailboxes."""
        self.reachable, self.dsn = usual.reachable, usual.dsn
        kept = {a: m for a, m in self.mailboxes.items() if a in usual.mailboxes}
        for address, mailbox in kept.items():
            mailbox.restore(usual.mailboxes[address])
        self.mailboxes = usual.mailboxes | kept


@dataclass(slots=True)
class Space:
    """`here` is the operator that the candidate talks to, `others` those it exchanges mails with."""

    here: Operator
    others: list[Operator]

    def operator_of(self, address: str) -> Operator | None:
        """None: the address is outside of the espace de confiance."""
        domain = address.rpartition("@")[2].lower()
        return next((o for o in (self.here, *self.others) if domain in o.domains), None)

    def mailbox(self, address: str) -> Mailbox | None:
        operator = self.operator_of(address)
        return operator.mailbox(address) if operator else None

    def restore(self) -> None:
        usual = published_space()
        for own, fresh in zip((self.here, *self.others), (usual.here, *usual.others), strict=True):
            own.restore(fresh)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = own_yaml(_FILE)
    return data


def published_space() -> Space:
    """The operators of mailboxes.yaml, with empty mailboxes."""
    here, *others = (_operator(**dict(o)) for o in _data()["operators"])
    return Space(here, others)


def _operator(
    name: str, host: str, domains: list[str], mailboxes: list[dict[str, Any]], citizens: bool = False
) -> Operator:
    found = [Mailbox(**dict(m)) for m in mailboxes] + (_of_patients(domains[0]) if citizens else [])
    return Operator(name=name, host=host, domains=tuple(domains), mailboxes={m.address.lower(): m for m in found})


def _of_patients(domain: str) -> list[Mailbox]:
    """One for each published test identity that has an INS."""
    people = [patients.patient(name, "0") for name in patients.names()]
    holders = {p.ins.value: f"{p.first_birth_name} {p.birth_name}" for p in people if p.ins}
    return [Mailbox(address=f"{ins}@{domain}", kind="PAT", label=name, holder=ins) for ins, name in holders.items()]
