"""ERR-2 of a refusal against the place that is really at fault, in a message that was made wrong on purpose.

ERR-2 is optional in the volets (RE for IHE): its absence is told by HL7-108 alone, a warning. A place that is another
one misleads whoever has to mend the message: in another segment it is an error (REM-024), in another field of the right
segment a warning. A missing segment has no place of its own: a receiver may name where it stood, and that is a warning
too. Sources: volet "Transmission CDA" 2.1, ACK; ITI TF-2, appendix C, C.2.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.hl7v2 import Segment
from rempart.formats.hl7v2.path import Path, parse_path
from rempart.model.finding import Finding
from rempart.validation.hl7v2.context import Context

SITUATED, MISLEADING = "HL7-108", "REM-024"


def error_places(context: Context, places: tuple[str, ...]) -> Iterator[Finding]:
    """`places`: addresses at fault, any of which is right. Nothing is asked of an answer that is no refusal."""
    if not places or context.message.get("MSA-1") not in ("AE", "AR"):
        return
    wanted = [parse_path(place) for place in places]
    said = [err for err in context.message.all("ERR") if err.get("2.1")]
    if not said or any(_agrees(err, path) for err in said for path in wanted):
        return
    err = said[0]
    right_segment = any(err.get("2.1") == path.segment for path in wanted)
    missing = all(path.field is None for path in wanted)
    rule = SITUATED if right_segment or missing else MISLEADING
    expected = " ou ".join(_erl(path) for path in wanted)
    text = "ERR-2 ne désigne pas l'endroit de l'erreur"
    yield context.find(rule, err, 2, text, expected=expected)


def _agrees(err: Segment, path: Path) -> bool:
    """Same segment, and the same field where both name one: `MSH` alone is vague, not wrong."""
    field = err.get("2.3")
    return err.get("2.1") == path.segment and (not field or path.field is None or field == str(path.field))


def _erl(path: Path) -> str:
    return "^".join(str(part) for part in (path.segment, path.occurrence, path.field) if part is not None)
