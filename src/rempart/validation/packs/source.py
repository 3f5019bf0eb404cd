"""Where a pack is read from: a folder or a ZIP, both hostile until the SHA-256 say otherwise.

A ZIP may lie about sizes, climb out of its folder, hold links or the same name twice: it is refused as a whole.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from rempart.validation.packs.catalogue import Pack

MAX_FILE = 64 * 1024 * 1024  # bytes of one file of a pack
MAX_TOTAL = 512 * 1024 * 1024  # bytes of all that is taken
MAX_ENTRIES = 100_000
_BAD = re.compile(r"[\x00-\x1f\\:*?\"<>|]")

Reader = Callable[[], bytes]


class SourceError(ValueError):
    """A folder or an archive that is no pack, or that is not safe to read; the message is French."""


@contextmanager
def open_source(path: Path, pack: Pack, first: str) -> Iterator[dict[str, Reader]]:
    """Files of the pack in a folder or a ZIP, by their path from the pack's root; each is read when it is called.

    The root is the one below which `first` is: the source itself, its only folder, or where the repository keeps it.
    SourceError when the source is unsafe or is not this pack.
    """
    if path.is_dir():
        yield _chosen(_of_folder(path), pack, first, path.name)
        return
    if not path.is_file():
        raise SourceError(f"{path}: ni dossier ni archive")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(f"{path.name} n'est pas une archive ZIP lisible: {error}") from error
    with archive:
        yield _chosen(_of_zip(archive), pack, first, path.name)


def read_all(files: dict[str, Reader]) -> Iterator[tuple[str, bytes]]:
    """Each file with its bytes. SourceError beyond the limits."""
    total = 0
    for name in sorted(files):
        data = files[name]()
        total += len(data)
        if total > MAX_TOTAL:
            raise SourceError(f"plus de {MAX_TOTAL // 1024 // 1024} Mio de fichiers")
        yield name, data


def _chosen(files: dict[str, Reader], pack: Pack, first: str, name: str) -> dict[str, Reader]:
    tops = {PurePosixPath(file).parts[0] for file in files if "/" in file}
    roots = ["", *(f"{top}/" for top in sorted(tops))] if len(tops) <= 50 else [""]
    upstream = f"{pack.upstream}/" if pack.upstream else ""
    for root in (r + u for r in roots for u in ("", upstream)):
        if f"{root}{first}" in files:
            inside = {f.removeprefix(root): r for f, r in files.items() if f.startswith(root)}
            return {file: reader for file, reader in inside.items() if pack.takes(file)}
    raise SourceError(f"{name} ne contient pas le pack {pack.name}: {first} n'y est pas")


def _of_folder(folder: Path) -> dict[str, Reader]:
    found: dict[str, Reader] = {}
    for path in folder.rglob("*"):
        if len(found) >= MAX_ENTRIES:
            raise SourceError(f"{folder.name}: plus de {MAX_ENTRIES} fichiers")
        if path.is_file() and not path.is_symlink():  # a link is left out: its file is then named as missing
            found[path.relative_to(folder).as_posix()] = lambda path=path: _read_file(path)  # type: ignore[misc]
    return found


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise SourceError(f"{path.name} dépasse {MAX_FILE // 1024 // 1024} Mio")
    return data


def _of_zip(archive: zipfile.ZipFile) -> dict[str, Reader]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise SourceError(f"l'archive a plus de {MAX_ENTRIES} entrées")
    found: dict[str, Reader] = {}
    for entry in entries:
        if entry.is_dir():
            continue
        _check(entry)
        if entry.filename in found:
            raise SourceError(f"l'archive contient deux fois {entry.filename}")
        found[entry.filename] = lambda entry=entry: _read_entry(archive, entry)  # type: ignore[misc]
    return found


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or _BAD.search(name):
        raise SourceError(f"l'archive contient un chemin refusé: {name!r}")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise SourceError(f"l'archive contient un lien: {name}")
    if entry.flag_bits & 1:
        raise SourceError(f"l'archive est chiffrée: {name}")


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """At most MAX_FILE bytes, whatever the archive announces."""
    try:
        with archive.open(entry) as file:
            data = file.read(MAX_FILE + 1)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{entry.filename} ne peut pas être décompressé: {error}") from error
    except Exception as error:  # zlib.error, lzma.LZMAError: whatever the compression raises
        raise SourceError(f"{entry.filename} ne peut pas être décompressé: {error}") from error
    if len(data) > MAX_FILE:
        raise SourceError(f"{entry.filename} dépasse {MAX_FILE // 1024 // 1024} Mio une fois décompressé")
    return data
