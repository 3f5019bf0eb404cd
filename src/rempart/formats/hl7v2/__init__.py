"""HL7 v2: a lossless positional parser and writer, escapes, charsets, MLLP."""

from rempart.formats.hl7v2.message import Hl7Error, Message
from rempart.formats.hl7v2.path import Path
from rempart.formats.hl7v2.segment import Segment
from rempart.formats.hl7v2.write import build

__all__ = ["Hl7Error", "Message", "Path", "Segment", "build"]
