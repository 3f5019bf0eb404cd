"""What the simulated DMP refuses with: a code, its text, and what it was about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rempart.resources import own_yaml

_FILE = Path(__file__).with_name("errors.yaml")


@cache
def texts() -> dict[str, str]:
    """French text by error code."""
    read: dict[str, str] = own_yaml(_FILE)
    return read


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is one of errors.yaml; `about` names the object or the value."""

    code: str
    about: str = ""

    @property
    def text(self) -> str:
        return f"{texts()[self.code]} ({self.about})" if self.about else texts()[self.code]


class Refused(Exception):
    """Raised where a transaction must stop; its refusals become the errors of the answer."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(r.text for r in refusals))
        self.refusals = refusals


class SoapRefused(Refused):
    """The call itself is refused (authentication, envelope): a SOAP fault, whatever the transaction."""


def refused(code: str, about: str = "") -> Refused:
    return Refused(Refusal(code, about))
