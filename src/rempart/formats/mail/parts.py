"""The parts of a mail: bodies and attachments with their bytes, and what is broken in how they are written."""

from __future__ import annotations

import binascii
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message

from rempart.formats.mail.reading import MAX_PARTS, MailError, charset_problems, decoded_text, written_payload

_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]*")
_NO_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")
_MAX_TEXT = 1024 * 1024
_COMMENT = re.compile(r"\([^()]*\)")  # RFC 2045, 6.1: the field is a structured one
_TYPE = re.compile(r"\s*(?:\([^()]*\)\s*)?[\w!#$&^.+-]+\s*/\s*[\w!#$&^.+-]+\s*(?:[;(]|\Z)")
_ENCODINGS = ("7bit", "8bit", "binary", "quoted-printable", "base64")
_DEFECTS = {
    "NoBoundaryInMultipartDefect": "une partie composée n'annonce pas sa frontière (boundary)",
    "StartBoundaryNotFoundDefect": "la frontière annoncée n'apparaît pas dans le courriel",
    "CloseBoundaryNotFoundDefect": "la dernière frontière manque: le courriel est tronqué",
    "MultipartInvariantViolationDefect": "une partie composée ne contient aucune partie",
}


@dataclass(slots=True, eq=False)
class Part:
    """A part. `path` is its place (`2.1`, "" for the mail itself), `name` that of its file, `problems` are French.

    `data` are its bytes, decoded; a composed part has `children` instead, and an enclosed mail is left whole.
    """

    path: str
    type: str
    name: str
    disposition: str
    data: bytes
    message: Message
    children: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Of a text, as much as a person reads."""
        return decoded_text(self.message, self.data[:_MAX_TEXT])

    @property
    def is_file(self) -> bool:
        """An attachment, or what a reader shows as one: it has a name, or is no text."""
        if self.children or self.type.startswith(("multipart/", "message/")):
            return False
        return self.disposition == "attachment" or bool(self.name) or not self.type.startswith("text/")

    def walk(self) -> Iterator[Part]:
        yield self
        for child in self.children:
            yield from child.walk()

    def files(self) -> list[Part]:
        return [p for p in self.walk() if p.is_file]

    @property
    def label(self) -> str:
        """How a location names it."""
        if self.name:
            return f"pièce jointe {self.name[:100]}"
        return f"partie {self.path} ({self.type})" if self.path else "courriel"


def part_of(message: Message) -> Part:
    """The tree of a parsed mail. MailError when it has too many parts."""
    counted = [0]
    return _part(message, "", counted)


def _part(message: Message, path: str, counted: list[int]) -> Part:
    counted[0] += 1
    if counted[0] > MAX_PARTS:
        raise MailError(f"le courriel compte plus de {MAX_PARTS} parties")
    kind = message.get_content_type()
    found = Part(path, kind, _name(message), message.get_content_disposition() or "", b"", message)
    payload = written_payload(message)
    if kind.startswith("multipart/") and isinstance(payload, list):
        for number, inner in enumerate(payload, 1):
            if isinstance(inner, Message):
                found.children.append(_part(inner, f"{path}.{number}".lstrip("."), counted))
    elif not isinstance(payload, list):
        found.data, found.problems = _content(message)
        if not _TYPE.match(announced := str(message.get("Content-Type", kind))):
            found.problems.append(f"Content-Type « {announced[:40]} » n'est pas de la forme type/sous-type")
        if kind in ("text/plain", "text/html") and not found.is_file:
            found.problems += charset_problems(message, found.data[:_MAX_TEXT])
    for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        if path and len(message.get_all(name, ())) > 1:  # of the mail itself, the rule on its header says it
            found.problems.append(f"l'en-tête {name} y est plus d'une fois: deux lecteurs liraient deux parties")
    found.problems += [said for d in message.defects if (said := _DEFECTS.get(type(d).__name__))]
    return found


def _name(message: Message) -> str:
    """The name of the file; "" when there is none that can be read."""
    with contextlib.suppress(ValueError, LookupError, TypeError, MessageError):
        from email.header import decode_header, make_header

        name = message.get_filename() or ""
        if "=?" in name and len(name) < 1000:  # encoded words have no place here, and every client reads them
            name = str(make_header(decode_header(name)))
        return " ".join(str(name).split())
    return ""


def _content(message: Message) -> tuple[bytes, list[str]]:
    """The bytes of a part, and what is wrong in how they are carried."""
    said_encoding = str(message.get("Content-Transfer-Encoding", "7bit"))
    encoding = _COMMENT.sub("", said_encoding).strip().lower()
    if encoding not in _ENCODINGS:
        return b"", [f"Content-Transfer-Encoding « {encoding[:40]} » n'est pas l'un de {', '.join(_ENCODINGS)}"]
    if encoding != said_encoding.lower() and "Content-Transfer-Encoding" in message:
        message.replace_header("Content-Transfer-Encoding", encoding)  # the standard library knows no comment there
    payload = written_payload(message)
    written = payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
    if encoding == "base64":
        return _base64(written)
    content = message.get_payload(decode=True)
    broken = encoding == "quoted-printable" and _NO_QUOTED.search(written)
    said = ["le contenu n'est pas en quoted-printable, alors qu'il l'annonce"] if broken else []
    if encoding != "binary" and b"\0" in written:  # RFC 2045, 2.7 and 2.8
        said.append("le contenu a un caractère nul: un serveur le refuse, ou un lecteur s'y arrête")
    return (content if isinstance(content, bytes) else b""), said


def _base64(written: bytes) -> tuple[bytes, list[str]]:
    if not _BASE64.fullmatch(written):
        return _lenient(written), ["le contenu n'est pas en base64, alors qu'il l'annonce"]
    try:
        return binascii.a2b_base64(b"".join(written.split()), strict_mode=True), []
    except binascii.Error:
        return _lenient(written), ["le contenu en base64 est incomplet ou altéré"]


def _lenient(written: bytes) -> bytes:
    with contextlib.suppress(binascii.Error):
        return binascii.a2b_base64(written + b"==")
    return b""
