"""Recipients as the driver names them: read from a request, kept, and written in the header of a document."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.cda.model import CdaRecipient, Organisation
from rempart.reference.body import Body

MSSANTE_PS, MSSANTE_PATIENT = "mssante_ps", "mssante_patient"
_KINDS = ("professional", "organisation", "application", "patient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """`kind` is professional, organisation, application or patient."""

    name: str
    address: str
    identifier: str = ""
    kind: str = "professional"

    @property
    def channel(self) -> str:
        return MSSANTE_PATIENT if self.kind == "patient" else MSSANTE_PS

    @property
    def names(self) -> tuple[str, str]:
        """Family and given name of `ADAM Hoda` or `Hoda ADAM`: the family name is the one in capitals."""
        words = self.name.split()
        family = [w for w in words if w.isupper()] or words[-1:]
        return " ".join(family), " ".join(w for w in words if w not in family)

    def in_header(self) -> CdaRecipient:
        """As informationRecipient names them: a structure by its Struct_IdNat, anyone else by their name."""
        if self.kind in ("organisation", "application"):
            number = f"1{self.identifier}" if len(self.identifier) == 9 else self.identifier
            return CdaRecipient(organisation=Organisation(number, self.name))
        family, given = self.names
        return CdaRecipient(family=family, given=given, id=self.identifier if self.kind == "professional" else "")


def read_recipients(body: Body) -> tuple[Recipient, ...]:
    """Those of the field `recipients`. Raises BadRequest."""
    found = []
    for each in body.objects("recipients"):
        each.only("name", "address", "identifier", "kind")
        found.append(
            Recipient(
                name=each.text("name"),
                address=each.text("address"),
                identifier=each.text("identifier", ""),
                kind=each.choice("kind", _KINDS, "professional"),
            )
        )
    return tuple(found)
