"""What metadata rules are given: one entry, or the whole submission, and the documents where they can be read."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.xds.cda_view import CdaView
from rempart.formats.xds.model import Association, Classification, Identifier, RegistryObject, SubmittedObjects
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import finding

Placed = RegistryObject | Association


@dataclass(frozen=True, eq=False, kw_only=True)
class EntryContext:
    """One document entry. `document` is None when the file is not there, `cda` when it is no readable CDA.

    `where` is written before each location: `IHE_XDM/SUBSET01/METADATA.XML!` in an archive, "" in a SOAP body.
    """

    entry: RegistryObject
    environment: str | None = "test"  # None: not declared, any INS register may come
    document: bytes | None = None
    cda: CdaView | None = None
    where: str = ""
    xdm: bool = False  # in an archive: bound for MSSanté, where the value sets of the DMP are not binding

    def find(
        self,
        rule: str,
        below: str = "",
        message: str = "",
        *,
        expected: str = "",
        actual: str = "",
        severity: Severity | None = None,
        line: int = 0,
    ) -> Finding:
        at = located(self.where, self.entry, below, line)
        return finding(rule, at, message, expected=expected, actual=actual, severity=severity)


@dataclass(frozen=True, eq=False, kw_only=True)
class SubmissionContext:
    """A submission and its entries, in the order of `objects.entries`."""

    objects: SubmittedObjects
    entries: tuple[EntryContext, ...]
    where: str = ""
    xdm: bool = False

    @property
    def package(self) -> RegistryObject | None:
        return next(iter(self.objects.packages), None)

    def find(
        self,
        rule: str,
        at: Placed | None = None,
        below: str = "",
        message: str = "",
        *,
        expected: str = "",
        actual: str = "",
        severity: Severity | None = None,
        line: int = 0,
    ) -> Finding:
        place = located(self.where, at, below, line)
        return finding(rule, place, message, expected=expected, actual=actual, severity=severity)


def located(where: str, at: Placed | None, below: str = "", line: int = 0) -> str:
    """`IHE_XDM/SUBSET01/METADATA.XML!/RegistryObjectList/ExtrinsicObject[1]/Slot[@name='hash'] (ligne 12)`."""
    path = f"{where}/RegistryObjectList" + (f"/{at.place}" if at else "") + (f"/{below}" if below else "")
    number = line or (at.line if at else 0)
    return f"{path} (ligne {number})" if number else path


def slot(name: str) -> str:
    return f"Slot[@name='{name}']"


def classified(of: Classification) -> str:
    return f"Classification[@classificationScheme='{of.scheme}']"


def identified(of: Identifier) -> str:
    return f"ExternalIdentifier[@identificationScheme='{of.scheme}']"
