"""What a person may hand over (`schemas/preuves.yaml`), found by the words of a feature or by the kind of a preuve."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from pydantic import BaseModel, ConfigDict

from rempart.resources import schemas_dir
from rempart.validation.registry import load_yaml


class Piece(BaseModel):
    """`words` is how features call it, `kinds` and `media` the preuves that it serves, `check` what looks at its files,
    `record` (French) what the person is told. `reference`: a link or a number is given, and no file. `dated`: the check
    needs the day of the attestation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: str
    kinds: tuple[str, ...]
    media: tuple[str, ...] = ()
    check: str
    record: str
    reference: bool = False
    dated: bool = False

    @property
    def content(self) -> bool:
        """The harness judges what the files say, not only that they open."""
        return self.check in _CONTENT


# The others are looked at from outside: they open, and are of the kind asked for.
_CONTENT = frozenset(
    {
        "preuve.hl7v2",
        "preuve.vihf",
        "preuve.health_document",
        "preuve.archive",
        "preuve.mail",
        "preuve.pentest",
        "preuve.certificates",
    }
)


@cache
def pieces() -> dict[str, Piece]:
    """All pieces by name, in file order."""
    return {name: Piece.model_validate(body) for name, body in load_yaml(schemas_dir() / "preuves.yaml").items()}


def piece_of(kind: str, media: Collection[str] = ()) -> Piece:
    """The piece that a preuve of the catalogue is handed over as. KeyError when no piece serves its kind."""
    for piece in pieces().values():
        if kind in piece.kinds and (not piece.media or set(piece.media) == set(media or ("video", "image"))):
            return piece
    raise KeyError(kind)
