"""Reading a Schematron schema: hostile XML refused, inclusions resolved inside one folder, every element's file kept.

The official schemas are edited on a disk that ignores case: a name that differs from the file by its case only is the
file, as on that disk, when a single one answers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

Element = etree._Element
SCH = "http://purl.oclc.org/dsdl/schematron"
S = f"{{{SCH}}}"
FILE = "{urn:rempart:schematron}file"  # on the root element of each file, its path inside the pack
MAX_FILE = 32 * 1024 * 1024  # bytes of one schema
MAX_INCLUSIONS = 5_000  # files of one schema, repetitions included
MAX_DEPTH = 40


class SchematronError(ValueError):
    """A schema that cannot be read or compiled; the message (French) says where and why."""


@dataclass
class Schema:
    """A schema whose inclusions are resolved. `inputs`: SHA-256 of every file read, by path below `root`."""

    root: Path
    entry: str  # path below `root`, with slashes
    tree: Element
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """What relative addresses of documents are resolved against, whatever file they are written in."""
        return (self.root / self.entry).parent


def read_schema(root: Path, entry: str) -> Schema:
    """The schema `entry` (path below `root`) with all that it includes. SchematronError when a file is missing, leaves
    `root`, is not Schematron or includes itself."""
    reader = _Reader(root.resolve())
    tree = reader.load(reader.root / entry, entry, ())
    if tree.tag != f"{S}schema":
        raise SchematronError(f"{entry}: la racine n'est pas un schéma Schematron")
    return Schema(reader.root, entry, tree, reader.inputs)


def locate(path: Path, root: Path) -> Path | None:
    """The file of that name below `root`, else the only one that differs from it by case; None when there is none."""
    try:
        parts = _normal(path).relative_to(root).parts
    except ValueError:
        return None
    here = root
    for part in parts:
        if not (here / part).exists():
            children = here.iterdir() if here.is_dir() else ()
            same = [c.name for c in children if c.name.casefold() == part.casefold()]
            if len(same) != 1:
                return None
            part = same[0]
        here = here / part
    return here if here.is_file() and here.resolve().is_relative_to(root) else None


def _normal(path: Path) -> Path:
    """Without `..`, and without following links: what is written."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            del parts[max(1, len(parts) - 1) :]  # the root has no parent
        else:
            parts.append(part)
    return Path(*parts)


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.inputs: dict[str, str] = {}
        self._count = 0

    def load(self, wanted: Path, said: str, within: tuple[Path, ...]) -> Element:
        """The root element of a file, inclusions replaced. `said`: its name there; `within`: its ancestors."""
        path = locate(wanted, self.root)
        includer = f" (inclus par {within[-1].relative_to(self.root).as_posix()})" if within else ""
        if path is None:
            raise SchematronError(f"fichier absent du pack: {said}{includer}")
        if path in within or len(within) >= MAX_DEPTH:
            raise SchematronError(f"inclusion sans fin de {said}{includer}")
        self._count += 1
        if self._count > MAX_INCLUSIONS:
            raise SchematronError(f"plus de {MAX_INCLUSIONS} inclusions{includer}")
        element = self._parse(path)
        for include in list(element.iter(f"{S}include")):
            self._include(include, path, (*within, path))
        return element

    def _parse(self, path: Path) -> Element:
        name = path.relative_to(self.root).as_posix()
        if path.stat().st_size > MAX_FILE:
            raise SchematronError(f"{name} dépasse {MAX_FILE // 1024 // 1024} Mio")
        data = path.read_bytes()
        self.inputs[name] = hashlib.sha256(data).hexdigest()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            element = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise SchematronError(f"{name}: XML mal formé ({error.msg})") from error
        element.set(FILE, name)
        return element

    def _include(self, include: Element, path: Path, within: tuple[Path, ...]) -> None:
        href, _, fragment = (include.get("href") or "").partition("#")
        parent = include.getparent()
        assert parent is not None  # an included root is a schema, a pattern or a rule, never an inclusion
        target = self.load(path.parent / href, href, within)
        if fragment:
            named = [e for e in target.iter(f"{S}*") if e.get("id") == fragment]
            if not named:
                raise SchematronError(f"{href} n'a pas d'élément d'identifiant {fragment}")
            named[0].set(FILE, file_of(named[0]))
            target = named[0]
        target.tail = include.tail
        parent.replace(include, target)


def file_of(element: Element) -> str:
    """Path, inside the pack, of the file that the element was written in."""
    here: Element | None = element
    while here is not None:
        if name := here.get(FILE):
            return name
        here = here.getparent()
    return ""
