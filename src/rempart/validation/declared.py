"""What a user declares about a file at rest, which the file itself does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict


class Declared(TypedDict, total=False):
    """Rules that depend on one of these are silent without it.

    `environment` (`test`, `production`) says which INS authorities are expected, `destination` (`dmp`) and
    `requirements` (REM ids: `DOC/va1.04`) what a document is for. `packs` names the official packs that judge it too:
    none of them, or those installed when it is None.
    """

    environment: str | None
    destination: str | None
    requirements: Sequence[str]
    packs: Sequence[str] | None
