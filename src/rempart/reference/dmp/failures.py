"""What a call to the DMP may end with, other than an answer."""

from __future__ import annotations

# Codes of IHE that tell of the DMP's state, not of what it was asked.
TRANSIENT = frozenset({"XDSRegistryBusy", "XDSRegistryNotAvailable"})
DUPLICATE = "XDSDuplicateUniqueIdInRegistry"


class BadSettings(ValueError):
    """The address of the DMP, or the certificates, are not what they should be: said at the start."""


class DmpFailure(Exception):
    """Either of the two below. The message is French."""


class Outage(DmpFailure):
    """The DMP cannot be reached, or not now: to try again. `unsure`: the request left, and may have been obeyed."""

    def __init__(self, reason: str, *, unsure: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.unsure = reason, unsure


class Refused(DmpFailure):
    """The DMP says no: trying again would not help. `codes` are all of its errors, `code` and `label` the first."""

    def __init__(self, code: str, label: str, codes: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {label}" if label else code)
        self.code, self.label, self.codes = code, label, codes or (code,)
