"""One change in a mail, written as a line of a table.

X-MSS-INS = N            the first such field of the header; `+X-MSS-INS = N` one more, `-X-MSS-INS` none
text: old => new         the plain text; `html:` the HTML beside it (`html: TEXT` alone gives one)
meta: old => new         METADATA.XML;  `cda: old => new`, `cda2: …` a document, whose hash and size follow
zip: -NAME   zip: NAME > NEW   zip: +NAME   a file of the archive out, renamed, in
-zip   -copy   -copy2    the archive, a PDF copy left out;  `zip name = …`, `zip type = …`, `zip2` (the same once more)
copy name = …   copy type = …   copy says A|B    the first copy: its name, its type, other lines on its page
copy pdf: old => new     its bytes
+file NAME|TYPE|content  one more attachment
raw: old => new          the mail as it is written; /regular expressions/ between slashes
"""

from __future__ import annotations

import hashlib
import re
from copy import deepcopy

from validation.mail.sheet.letters import FIRST, METADATA, SECOND, Attached, Letter
from validation.mail.sheet.paper import pdf

_FIELD = re.compile(r"([+]?)([A-Za-z][A-Za-z-]*[A-Za-z]) = ?(.*)", re.DOTALL)
_PART = re.compile(r"(zip|copy) (name|type) = (.*)")


def edited(made: Letter | bytes, *edits: str) -> bytes:
    """The mail with these changes; those of its bytes come last."""
    letter = deepcopy(made)
    late = [e for e in edits if isinstance(letter, bytes) or e.startswith("raw: ")]
    for edit in edits:
        if edit not in late:
            assert isinstance(letter, Letter)
            _change(letter, edit)
    data = letter if isinstance(letter, bytes) else letter.written()
    for edit in late:
        data = _in_bytes(data, edit)
    return data


def _change(letter: Letter, edit: str) -> None:
    kind, _, rest = edit.partition(": ")
    if kind in ("text", "html"):
        whole = rest.replace("%%", "\n")
        setattr(letter, kind, replaced(getattr(letter, kind), rest) if " => " in rest else whole)
    elif kind == "meta":
        _archive(letter)[METADATA] = replaced(_archive(letter)[METADATA].decode(), rest).encode()
    elif kind in ("cda", "cda2"):
        _in_document(_archive(letter), FIRST if kind == "cda" else SECOND, rest)
    elif kind == "zip":
        _in_archive(letter, rest)
    elif match := _PART.fullmatch(edit):
        _rename(letter, *match.groups())
    elif edit.startswith("copy says "):
        letter.copies[0].data = pdf(*edit.removeprefix("copy says ").split("|"))
    elif kind == "copy pdf":
        data = replaced(letter.copies[0].data.decode("latin-1"), rest)
        letter.copies[0].data = data.encode("latin-1")
    elif edit.startswith("+file "):
        name, of, content = edit.removeprefix("+file ").split("|")
        letter.copies.append(Attached(name, content.encode(), of))
    elif edit == "zip2":
        letter.copies.append(Attached(letter.zip_name, letter._zip().data, letter.zip_type))
    elif edit in ("-zip", "-copy", "-copy2"):
        _leave_out(letter, edit)
    else:
        _in_head(letter, edit)


def _archive(letter: Letter) -> dict[str, bytes]:
    assert letter.archive is not None
    return letter.archive


def _leave_out(letter: Letter, edit: str) -> None:
    if edit == "-zip":
        letter.archive = None
    else:
        del letter.copies[0 if edit == "-copy" else 1]


def replaced(text: str, change: str) -> str:
    """`old => new`, once; a regular expression between slashes. `%%` is a line break."""
    old, _, new = (part.replace("%%", "\r\n") for part in change.partition(" => "))
    if old.startswith("/") and old.endswith("/") and len(old) > 1:
        again, count = re.subn(old[1:-1], lambda _: new, text, count=1, flags=re.DOTALL)
        assert count, f"{old} is not in the text"
        return again
    assert old in text, f"{old!r} is not in the text"
    return text.replace(old, new, 1)


def _in_document(files: dict[str, bytes], name: str, change: str) -> None:
    before = files[name]
    after = replaced(before.decode(), change).encode()
    files[name] = after
    meta = files[METADATA].replace(hashlib.sha1(before).hexdigest().encode(), hashlib.sha1(after).hexdigest().encode())
    files[METADATA] = meta.replace(b">%d<" % len(before), b">%d<" % len(after))


def _in_archive(letter: Letter, what: str) -> None:
    files = _archive(letter)
    if what.startswith("-"):
        del files[what[1:]]
    elif what.startswith("+"):
        files[what[1:]] = b"x"
    else:
        old, _, new = what.partition(" > ")
        assert any(old in name for name in files)
        letter.archive = {name.replace(old, new): data for name, data in files.items()}


def _rename(letter: Letter, part: str, what: str, value: str) -> None:
    if part == "zip":
        setattr(letter, f"zip_{what}", value)
    else:
        setattr(letter.copies[0], what, value)


def _in_head(letter: Letter, edit: str) -> None:
    if edit.startswith("-"):
        assert any(n == edit[1:] for n, _ in letter.head), edit
        letter.head = [(n, v) for n, v in letter.head if n != edit[1:]]
        return
    match = _FIELD.fullmatch(edit)
    assert match, edit
    more, name, value = match[1], match[2], match[3].replace("%%", "\r\n")
    at = next((i for i, (n, _) in enumerate(letter.head) if n == name), None)
    if more or at is None:
        letter.head.append((name, value))
    else:
        letter.head[at] = (name, value)


def _in_bytes(data: bytes, edit: str) -> bytes:
    if edit.startswith("raw: "):
        return replaced(data.decode("latin-1"), edit.removeprefix("raw: ").encode().decode("latin-1")).encode("latin-1")
    if edit.startswith("-"):
        return _without(data, edit[1:])
    match = _FIELD.fullmatch(edit)
    assert match, edit
    name, value = match[2], match[3].replace("%%", "\r\n").encode()
    line = name.encode() + b": " + value + b"\r\n"
    return line + (data if match[1] else _without(data, name, needed=False))


def _without(data: bytes, name: str, *, needed: bool = True) -> bytes:
    """The mail without this field, its folded lines included."""
    head, gap, rest = data.partition(b"\r\n\r\n")
    again, count = re.subn(rb"(?m)^%s:[^\n]*(?:\r?\n[ \t][^\n]*)*\r?\n" % name.encode(), b"", head + b"\r\n")
    assert count or not needed, name
    return again[:-2] + gap + rest
