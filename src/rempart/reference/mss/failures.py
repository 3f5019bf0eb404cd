"""What talking to the operator may end with, other than success."""

from __future__ import annotations


class MailFailure(Exception):
    """Either of the two below. The message is French."""


class Outage(MailFailure):
    """Not now: to try again, as it is. `unsure`: the operator may have taken the mail though it did not say so."""

    def __init__(self, reason: str, *, unsure: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.unsure = reason, unsure


class Refused(MailFailure):
    """The operator says no, for good. `code` is that of its reply: 550…"""

    def __init__(self, code: str, label: str) -> None:
        super().__init__(f"{code} {label}".strip())
        self.code, self.label = code, label


class Distrusted(Outage):
    """The operator is not who it should be, or talks too weak a TLS: nothing was sent."""
