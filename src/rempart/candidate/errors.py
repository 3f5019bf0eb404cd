"""What can go wrong between the harness and a candidate: not offered (a person must look), or no conclusion."""

from __future__ import annotations

from rempart.model.inconclusive import Inconclusive


class NotOffered(Exception):
    """The candidate does not offer what a scenario needs: verdict `a_attester`. `reason` is a French sentence."""

    def __init__(self, reason: str, received: bytes = b"") -> None:
        super().__init__(reason)
        self.reason, self.received = reason, received


class ActionNotOffered(NotOffered):
    """The driver does not know this action."""

    def __init__(self, action: str, received: bytes = b"") -> None:
        super().__init__(f"le candidat n'offre pas l'action « {action} »", received)
        self.action = action


class EndpointNotOffered(NotOffered):
    """candidate.yaml names no such network endpoint."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"le candidat ne déclare pas le point d'accès « {endpoint} »")
        self.endpoint = endpoint


class CandidateError(Inconclusive):
    """The candidate did not answer as the driver contract says. `received` keeps the bytes that had come in."""

    def __init__(self, reason: str, received: bytes = b"") -> None:
        super().__init__(reason)
        self.received = received


class CandidateUnreachable(CandidateError):
    """Nothing listens, the program cannot be started, or it has stopped."""


class CandidateSlow(CandidateError):
    """No whole answer within the time allowed."""


class CandidateGarbage(CandidateError):
    """An answer, but not one of the contract: HTTP error, not JSON, or a field missing or of the wrong type."""
