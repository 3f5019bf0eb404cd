"""What a campaign had to judge, decided once, and written in its journal: a replay has neither candidate.yaml nor the
attestations beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rempart.campaign.supplied import Supplied
from rempart.catalog import Catalog, Requirement

Key = tuple[str, str]  # dispositif, and requirement or preuve


@dataclass(frozen=True, slots=True)
class Scope:
    """`left_out` says why a requirement, or one of its scenarios, is not judged, `supplied` what persons have
    deposited, `asked` the requirements that were named one by one."""

    catalog: Catalog
    dispositifs: list[str]
    left_out: Mapping[Key, str] = field(default_factory=dict)
    supplied: Mapping[Key, Supplied] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()

    def requirements(self) -> list[Requirement]:
        """Those of the REM, and those of the programme's rules that something plays: its dates and contexts are for
        the reader of the catalogue."""
        here = [r for r in self.catalog.requirements if r.dispositif in self.dispositifs]
        return [r for r in here if r.official or r.scenarios or r.id in self.asked]

    def written(self) -> dict[str, Any]:
        """As JSON; `read` takes it back."""
        return {
            "dispositifs": self.dispositifs,
            "left_out": [[*key, reason] for key, reason in self.left_out.items()],
            "supplied": [[*key, asdict(told)] for key, told in self.supplied.items()],
            "asked": sorted(self.asked),
        }

    @classmethod
    def read(cls, catalog: Catalog, written: Mapping[str, Any]) -> Scope:
        """Raises KeyError, TypeError or ValueError on what `written` did not write."""
        return cls(
            catalog,
            list(written["dispositifs"]),
            {(d, i): reason for d, i, reason in written["left_out"]},
            {(d, i): Supplied(**told) for d, i, told in written["supplied"]},
            frozenset(written["asked"]),
        )
