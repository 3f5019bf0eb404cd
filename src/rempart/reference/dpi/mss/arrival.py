"""A document that the PFI hands over, as its message and its header say it."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.cda.header import CdaHeader
from rempart.formats.hl7v2 import Message
from rempart.reference.content import read_document

KINDS = {"T02": "new", "T10": "replacement", "T04": "deletion"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One MDM of the volet "Transmission au LPS", already checked."""

    message: Message
    cda: bytes
    header: CdaHeader

    @classmethod
    def read(cls, message: Message) -> Arrival:
        """Raises Refusal 102 when its document is not a CDA."""
        return cls(message, *read_document(message))

    @property
    def unique_id(self) -> str:
        return self.header.unique_id

    @property
    def kind(self) -> str:
        """new, replacement or deletion."""
        return KINDS[self.message.get("MSH-9.2")]

    @property
    def replaces(self) -> str:
        """Unique id of the version that it replaces; "" when it replaces none."""
        return str(self.header.replaces or "") if self.kind == "replacement" else ""

    @property
    def sender(self) -> str:
        """MSSanté address of the sender."""
        return next((p.get("15.4") for p in self.message.all("PRT") if p.get("4.1") == "SB"), "")

    @property
    def qualified(self) -> bool:
        """PID-32 does not deny it: an INS travels under VALI only, and the volet leaves PID-32 to PAM."""
        pid = self.message.first("PID")
        said = [pid.get(f"32[{n}].1") for n in range(1, pid.repetitions(32) + 1)] if pid else []
        return not any(said) or "VALI" in said

    @property
    def traits(self) -> dict[str, str]:
        """Those of the header, by the names of `Patient`."""
        h = self.header
        return {
            "birth_name": h.birth_name,
            "first_birth_name": h.first_birth_name,
            "birth_names": h.birth_names,
            "birth_date": h.birth_time[:8],
            "sex": h.sex,
            "birth_place": h.birth_place,
        }

    @property
    def organisation(self) -> str:
        """Struct_IdNat of the author's structure, else of the custodian."""
        author = next(iter(self.header.authors), self.header.custodian)
        found = author.organisation_id or self.header.custodian.organisation_id
        return found.extension if found else ""
