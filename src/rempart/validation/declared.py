"""What a user declares about a file at rest, which the file itself does not say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict


class OfDocuments(TypedDict, total=False):
    """What documents are judged with: rules that depend on one of these are silent without it.

    `environment` (`test`, `production`) says which INS authorities are expected, `destination` (`dmp`) and
    `requirements` (REM ids: `DOC/va1.04`) what a document is for. `packs` names the official packs that judge it too:
    none of them, or those installed when it is None.
    """

    environment: str | None
    destination: str | None
    requirements: Sequence[str]
    packs: Sequence[str] | None


class Declared(OfDocuments, total=False):
    """The same, and what is said of a file before it is read.

    `kind` (`validation.recognise.FORMATS`) says what it is, instead of recognising it; `received`, with its offset,
    when a message of the DMP or a document came in: its dates are judged against it, else a document's against
    `looked_at`, when a file at rest is judged: it was made before. What is judged again later says neither.
    """

    kind: str | None
    received: datetime | None
    looked_at: datetime | None


def of_documents(declared: Declared) -> OfDocuments:
    """What is left of it for a document."""
    names = OfDocuments.__annotations__
    return {k: v for k, v in declared.items() if k in names}  # type: ignore[return-value]
