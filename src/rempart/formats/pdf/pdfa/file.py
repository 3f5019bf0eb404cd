"""Clauses 6.1: header, trailer, cross-reference table, what follows the end, declared version."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf

from rempart.formats.pdf.pdfa.clauses import Breach, entries, get, items

_HEADER = re.compile(rb"%PDF-1\.[0-9](?=[\r\n])")
_COMMENT = re.compile(rb"%PDF-\d\.\d[ \t]*(?:\r\n|\r|\n)%[\x80-\xff]{4}")
_AFTER_THE_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?\Z")
_STARTXREF = re.compile(rb"startxref\s+(\d+)")
_TAIL = 2048
_ENTRY = re.compile(rb"\d{10} \d{5} [fn](?: \r| \n|\r\n)")


def check(data: bytes, pdf: pikepdf.Pdf, trouble: str) -> Iterator[Breach]:
    """`trouble` is what the library said of the cross-reference table."""
    if not _HEADER.match(data):
        yield Breach("6.1.2", "début du fichier", "l'en-tête %PDF-1.n n'est pas au premier octet, seul sur sa ligne")
    elif not _COMMENT.match(data):
        message = "l'en-tête n'est pas suivi d'un commentaire d'au moins quatre octets supérieurs à 127"
        yield Breach("6.1.2", "début du fichier", message)
    if not _AFTER_THE_END.search(data[-_TAIL:]):
        yield Breach("6.1.3", "fin du fichier", "des octets suivent %%EOF, ou il manque")
    if trouble:
        yield Breach("6.1.4", "table des références croisées", f"elle ne se lit pas: {trouble}")
    yield from _table(data)
    yield from _trailer(pdf)


def _table(data: bytes) -> Iterator[Breach]:
    """Of the last revision; a cross-reference stream came with PDF 1.5."""
    starts = _STARTXREF.findall(data[-_TAIL:])
    offset = int(starts[-1][:10]) if starts else len(data)
    if offset >= len(data):
        return
    if not data.startswith(b"xref", offset):
        message = "un flux de références croisées (PDF 1.5) tient lieu de table"
        yield Breach("6.1.4", "table des références croisées", message)
        return
    head = re.compile(rb"xref[ \t]*(?:\r\n|\r|\n)(\d+) (\d+)[ \t]*(?:\r\n|\r|\n)").match(data, offset)
    if head is None:
        yield Breach("6.1.4", "table des références croisées", "son début n'a pas la forme attendue")
        return
    for n in range(min(int(head[2][:7]), 100_000)):
        if not _ENTRY.match(data, head.end() + 20 * n):
            yield Breach("6.1.4", "table des références croisées", f"l'entrée {n} n'a pas les 20 octets attendus")
            return


def _trailer(pdf: pikepdf.Pdf) -> Iterator[Breach]:
    if pdf.is_encrypted or get(pdf.trailer, "Encrypt") is not None:
        yield Breach("6.1.3", "trailer", "le fichier est chiffré (Encrypt)")
    if len(items(get(pdf.trailer, "ID"))) != 2:
        yield Breach("6.1.3", "trailer", "l'identifiant du fichier (ID) manque")
    root = pdf.Root
    version = str(get(root, "Version") or "")[1:]
    if version and version > "1.4":
        yield Breach("6.1.2", "catalogue", f"le catalogue annonce PDF {version}")
    if get(root, "OCProperties") is not None:
        yield Breach("6.1.13", "catalogue", "le contenu facultatif (calques, OCProperties) est interdit")
    names = dict(entries(get(root, "Names")))
    if "EmbeddedFiles" in names:
        yield Breach("6.1.11", "catalogue", "des fichiers sont attachés (EmbeddedFiles)")
    if "JavaScript" in names:
        yield Breach("6.6.1", "catalogue", "du JavaScript est attaché au document")
    if "AF" in dict(entries(root)):
        yield Breach("6.1.11", "catalogue", "des fichiers sont associés au document (AF, PDF/A-3)")
