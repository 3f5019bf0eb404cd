"""Small schematrons of our own for tests, one construct each, and what runs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from rempart.validation.schematron.outcome import Outcome

SCH = "http://purl.oclc.org/dsdl/schematron"
VALUES = (
    '<RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008"><ValueSet id="1.2.3"><ConceptList>'
    '<Concept code="A" codeSystem="9"/><Concept code="B" codeSystem="9"/>'
    "</ConceptList></ValueSet></RetrieveValueSetResponse>"
)


def schema(body: str, *, attributes: str = "") -> str:
    """A schema around `body`; the prefix `d` is the namespace of the documents, `svs` that of value sets."""
    return (
        f'<schema xmlns="{SCH}" queryBinding="xslt2" {attributes}><title>Essai</title>'
        '<ns prefix="d" uri="urn:d"/><ns prefix="svs" uri="urn:ihe:iti:svs:2008"/>' + body + "</schema>"
    )


def doc(body: str) -> str:
    return f'<d xmlns="urn:d">{body}</d>'


@cache
def engine() -> Any:
    """SaxonC in this process: one for all tests, as it must be."""
    from rempart.validation.schematron.engine import Engine

    return Engine()


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, text: str, document: str, files: dict[str, str] | None = None) -> Outcome:
    """What a schema says of a document; `files` stand beside it."""
    write(folder, {"essai.sch": text, **(files or {})})
    outcome: Outcome = engine().run(folder.resolve(), "essai.sch", document)
    return outcome


def texts(outcome: Outcome) -> list[str]:
    assert outcome.status == "ok", outcome.reason
    return [f.text for f in outcome.failures]
