"""Which packs judge a document: those named, else the newest installed edition of each; and what they add."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rempart.validation.packs.installed import installed_names
from rempart.validation.report import Report

if TYPE_CHECKING:
    from rempart.formats.cda.read import CdaTree
    from rempart.validation.packs.store import Installed, StoreError

VARIABLE = "REMPART_PACKS"  # `none`, or names separated by commas: what a campaign is judged with
_NONE = "none"


def default_packs() -> tuple[str, ...]:
    """What `REMPART_PACKS` names, else one edition, the newest, of each installed pack."""
    said = os.environ.get(VARIABLE, "").strip()
    if said == _NONE:
        return ()
    if said:
        return tuple(name.strip() for name in said.split(",") if name.strip())
    return tuple(sorted({name.partition("@")[0] for name in installed_names()}))


def default_packs_in_use() -> list[str]:
    """The same with their editions, as reports print them."""
    from rempart.validation.packs.store import StoreError

    return [str(p) if isinstance(p, StoreError) else p.label for p in opened(default_packs())]


def opened(names: Sequence[str]) -> list[Installed | StoreError]:
    """The packs of these names; one that is not there or cannot be read is the error itself, never silence."""
    from rempart.validation.packs.store import StoreError, find  # on demand: there may be no packs at all

    found: list[Installed | StoreError] = []
    for name in names:
        try:
            found.append(find(name))
        except StoreError as error:
            found.append(error)
        except ValueError as error:
            found.append(StoreError(str(error)))
    return found


def complete(report: Report, tree: CdaTree, names: Sequence[str] | None) -> Report:
    """A report on a document with what the packs say of it; `names` None: `default_packs`.

    What kept an official layer from concluding makes the verdict `erreur`, unless the document is refused anyway: it
    is then said as a warning, and the refusal stands.
    """
    names = default_packs() if names is None else names
    if not names or report.unreadable:
        return report
    from rempart.model.finding import Severity
    from rempart.validation.packs.official import check_official

    told = check_official(tree, opened(names))
    found = [*report.findings, *told.findings]
    if any(f.blocks for f in found):
        found = [f.model_copy(update={"severity": Severity.WARNING}) if f.blinds else f for f in found]
    report.findings[:] = found
    report.validators += told.validators
    return report
