"""An acknowledgement answers a message of the story: HL7-103 to HL7-106, by the checks of a dialogue.

MSA-2 names it. An acknowledgement of an unknown message, right behind one that went the other way and that nothing
acknowledges, is taken for its answer, and MSA-2 is wrong (HL7-106). Any other unknown one belongs to a message that the
capture does not hold: it is told, and marks a hole. A message without an acknowledgement is nothing: captures often
hold one direction.
"""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.dialogue import check_acknowledgement
from rempart.validation.hl7v2.story.entry import Entry

_ANY_CODE = ("AA", "AE", "AR")
_TIED = ("HL7-103", "HL7-104", "HL7-105", "HL7-106")


class Acknowledgements:
    def see(self, entry: Entry) -> Iterator[Finding]:
        if entry.message.get("MSH-9.1") != "ACK":
            return
        msa = entry.message.first("MSA")
        asked = entry.story.original.get(entry.index, entry.story.neighbour.get(entry.index))
        if asked is not None:
            piece = entry.story.pieces[asked]
            for found in check_acknowledgement(piece.read(), entry.message.data, expect=_ANY_CODE):
                if found.rule in _TIED:
                    yield found.model_copy(update={"message": f"{found.message} (fichier {piece.label}, MSH)"})
        elif msa and msa.get(2):
            text = "le message acquitté n'est pas dans le dossier"
            yield entry.find("HL7-106", msa, 2, text, severity=Severity.INFO)
