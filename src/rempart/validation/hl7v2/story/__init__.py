"""A folder of captured messages, judged as one story: what no message shows alone (docs/story.md).

`validate_story` is the entry. `capture` cuts the files into messages, `sequence` puts them in order and ties answers to
what they answer, and each other module holds the state rules of one idea: a class with `see(entry)`, called on every
message in order, and `end()`, called when there is none left.

How sure a state rule can be: a capture may start late and stop early, so that what it does not hold proves nothing, and
is at most told. Two messages that contradict each other are an error. Where a message lost between the two would
explain the difference, it is an error too, unless the capture is known to have a hole there (`sequence.holes`): then it
is a warning. So it is when the order of the two is a guess (`sequence.same_instant`).
"""

from rempart.validation.hl7v2.story.judge import Judged, validate_story

__all__ = ["Judged", "validate_story"]
