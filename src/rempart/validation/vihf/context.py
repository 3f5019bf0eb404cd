"""An assertion as its rules see it, and what is known of the call that it goes with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rempart.formats.cda.model import V3
from rempart.formats.vihf.model import Vihf
from rempart.formats.xds.transactions import Transaction
from rempart.formats.xmldsig import Verified, verify
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import finding


@dataclass(frozen=True, eq=False, kw_only=True)
class VihfContext:
    """`transaction` is None for an assertion alone. `kind` narrows TD3.3: `TD3.3a/b`, `TD3.3c`, `TD3.3d`. `received` is
    when the message came, where it is known. `birth`: AAAAMMJJ, of the documents that go with it."""

    vihf: Vihf
    environment: str | None = None  # not declared: any INS register may come
    transaction: Transaction | None = None
    kind: str = ""
    received: datetime | None = None
    birth: str = ""

    @cached_property
    def verified(self) -> Verified | None:
        """Of its own signature; None when it has none."""
        found = self.vihf.signatures
        return verify(self.vihf.root, found[0]) if found else None

    def find(
        self, rule: str, at: str, message: str = "", *, expected: str = "", actual: str = "",
        severity: Severity | None = None, line: int = 0,
    ) -> Finding:  # fmt: skip
        place = f"/Assertion/{at}" + (f" (ligne {line})" if line else "")
        return finding(rule, place, message, expected=expected, actual=actual, severity=severity)

    def about(
        self, rule: str, name: str, message: str = "", *, expected: str = "", actual: str = "",
        severity: Severity | None = None,
    ) -> Finding:  # fmt: skip
        """A finding on an attribute."""
        line = next((a.line for a in self.vihf.named(name)), 0)
        return self.find(
            rule, attribute(name), message, expected=expected, actual=actual, severity=severity, line=line
        )  # fmt: skip

    def misnamed(self, rule: str, attribute: str, name: str) -> Iterator[Finding]:
        """Coded values are elements of HL7 V3, of this name."""
        wanted = f"{{{V3}}}{name}"
        for read in dict.fromkeys(e for a in self.vihf.named(attribute) for e in a.elements if e != wanted):
            message = f"La valeur codée n'est pas un élément {name} de HL7 V3"
            yield self.about(rule, attribute, message, expected=wanted, actual=read)


def attribute(name: str) -> str:
    return f"AttributeStatement/Attribute[@Name='{name}']"
