"""What an archive shows beyond its metadata: its layout, its names, which file belongs to which entry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml import etree

from rempart.formats.cda.header import CdaHeader
from rempart.formats.xdm.archive import METADATA
from rempart.formats.xdm.model import DELETE, REPLACE
from rempart.formats.xds import model as xds
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import finding, rule
from rempart.validation.xdm.context import FOLDER, ArchiveContext, Subset
from rempart.validation.xds.context import identified, slot
from rempart.validation.xds.integrity import check_integrity
from rempart.validation.xds.schema import refusals

XDM = ("xdm",)
_REQUEST = "{urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0}SubmitObjectsRequest"
_SUBSET = re.compile(rf"{FOLDER}/SUBSET\d\d", re.ASCII)
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"']{1,2000})["']""", re.IGNORECASE)
_FAULTS = {
    "path": "XDM-003", "duplicate": "XDM-004", "case": "XDM-004", "encrypted": "XDM-005", "encoding": "XDM-006",
    "damaged": "XDM-001",
}  # fmt: skip
_INDEX_LIMIT = 1024 * 1024


@rule("XDM-001", "XDM-003", "XDM-004", "XDM-005", "XDM-006", families=XDM)
def entries_of_the_zip(context: ArchiveContext) -> Iterator[Finding]:
    """Names, encryption and integrity of each entry, as the reading of the archive found them."""
    for fault in context.opened.faults:
        yield finding(_FAULTS[fault.kind], fault.name, fault.reason[0].upper() + fault.reason[1:])


@rule("XDS-129", families=XDM)
def layout(context: ArchiveContext) -> Iterator[Finding]:
    """INDEX.HTM, README.TXT and IHE_XDM at the root, a METADATA.XML in each SUBSETnn."""
    names = {n.upper(): n for n in context.present}
    for wanted in ("INDEX.HTM", "README.TXT"):
        if wanted not in names:
            yield finding("XDS-129", wanted, f"{wanted} manque à la racine de l'archive", expected=wanted)
        elif names[wanted] != wanted:
            yield _case(names[wanted], wanted)
    metadata = [n for n in context.present if PurePosixPath(n).name.upper() == METADATA]
    if not metadata:
        expected = f"{FOLDER}/SUBSET01/{METADATA}"
        yield finding("XDS-129", FOLDER, f"L'archive ne contient pas de {METADATA}", expected=expected)
    for subset in context.subsets:
        if not _SUBSET.fullmatch(subset.folder.upper()):
            message = f"{METADATA} n'est pas dans un dossier {FOLDER}/SUBSETnn"
            yield finding("XDS-129", subset.name, message, expected=f"{FOLDER}/SUBSET01", actual=subset.folder)
        elif not subset.name.isupper():
            yield _case(subset.name, subset.name.upper())
    held = {str(PurePosixPath(n).parent) for n in metadata}
    for folder in {str(PurePosixPath(n).parent) for n in context.files} - held:
        if _SUBSET.fullmatch(folder.upper()) and folder not in held:
            yield finding("XDS-129", folder, f"Ce dossier n'a pas de {METADATA}", expected=f"{folder}/{METADATA}")


def _case(name: str, wanted: str) -> Finding:
    message = "Le nom n'est pas en majuscules: un logiciel sensible à la casse ne le trouve pas"
    return finding("XDS-129", name, message, expected=wanted, actual=name, severity=Severity.WARNING)


@rule("XDM-007", families=XDM)
def nested_archives(context: ArchiveContext) -> Iterator[Finding]:
    """They are not opened: what they hold is not judged, and the reader is told so."""
    for name, data in context.files.items():
        if data.startswith(b"PK\x03\x04"):
            yield finding("XDM-007", name, "Cette archive dans l'archive n'est pas ouverte: son contenu n'est pas jugé")


@rule("XDM-008", families=XDM)
def readable_metadata(context: ArchiveContext) -> Iterator[Finding]:
    """METADATA.XML can be read."""
    for subset in context.subsets:
        if subset.refused:
            yield finding("XDM-008", subset.name, subset.refused)
        elif subset.submission and not (subset.submission.objects.packages or subset.submission.objects.entries):
            message = f"{METADATA} ne décrit ni lot ni document en ebRIM 3.0"
            yield finding("XDM-008", subset.name, message, expected="lcm:SubmitObjectsRequest")


@rule("XDS-129", families=XDM)
def schema_of_the_metadata(context: ArchiveContext) -> Iterator[Finding]:
    """METADATA.XML is the request that the schemas of ebXML describe."""
    for subset in context.subsets:
        root, submission = subset.root, subset.submission
        if root is None or submission is None or not (submission.objects.packages or submission.objects.entries):
            continue  # XDM-008 says why
        if root.tag != _REQUEST:
            name = etree.QName(root).localname
            message = f"La racine de {METADATA} n'est pas un SubmitObjectsRequest"
            yield finding(
                "XDS-129", f"{subset.name}!/{name}", message, expected="lcm:SubmitObjectsRequest", actual=name
            )
            continue
        for line, words in refusals(root):
            yield finding("XDS-129", f"{subset.name}!/SubmitObjectsRequest (ligne {line})", words)


@rule("XDM-009", families=XDM)
def some_document(context: ArchiveContext) -> Iterator[Finding]:
    """A mail with an archive carries documents."""
    lost = context.present - set(context.files)  # any of them may be the document
    if not context.cdas and not context.unread and not lost:
        yield finding("XDM-009", FOLDER, "L'archive ne contient aucun document CDA")


@rule("XDS-130", "XDM-010", families=XDM)
def files_and_entries(context: ArchiveContext) -> Iterator[Finding]:
    """Each entry has its file, each document its entry."""
    named: set[str] = set()
    present = context.present
    for subset in context.subsets:
        yield from _uris(subset, present)
        named |= {subset.path(uri) for uri in subset.referenced}
    readable = [s for s in context.subsets if s.submission]
    for name in context.cdas if readable else ():
        if name not in named:
            yield finding("XDM-010", name, "Ce document n'a pas de fiche dans les métadonnées: personne ne le verra")


def _uris(subset: Subset, present: set[str]) -> Iterator[Finding]:
    if subset.submission is None:
        return
    counts = Counter(subset.referenced)
    for context, uri in zip(subset.described, subset.referenced, strict=True):
        if not (written := context.entry.value("URI")):
            yield context.find("XDS-130", slot("URI"), "La fiche ne nomme pas son fichier (URI)")
        elif context.document is None and subset.path(uri) not in present:
            near = next((n for n in subset.files if n.upper() == uri.upper()), "")
            message = f"Le fichier « {uri[:200]} » n'est pas dans l'archive"
            yield context.find("XDS-130", slot("URI"), message, expected=near or "un fichier du dossier", actual=uri)
        elif counts[uri] > 1:
            message = f"{counts[uri]} fiches désignent le fichier « {uri[:200]} »"
            yield context.find("XDS-130", slot("URI"), message, actual=uri)
        elif uri != unquote(written):  # the file is found, by who resolves relative references
            message = "L'URI n'est pas le nom du fichier tel quel: un logiciel qui compare les noms ne le trouve pas"
            yield context.find("XDS-130", slot("URI"), message, expected=uri, actual=written, severity=Severity.WARNING)


@rule("XDS-052", "XDM-014", families=XDM)
def integrity(context: ArchiveContext) -> Iterator[Finding]:
    """Hash and size of each file."""
    for subset in context.subsets:
        for one in subset.described:
            if one.document is None:
                continue
            for name in ("hash", "size"):
                if not one.entry.value(name):
                    yield one.find("XDM-014", slot(name), f"{name} n'est pas renseigné")
            yield from check_integrity(one)


@rule("MSS-022", families=XDM)
def one_patient(context: ArchiveContext) -> Iterator[Finding]:
    """The documents themselves, whatever the metadata say, are of one patient."""
    seen: tuple[str, CdaHeader] | None = None
    for name, header in context.headers():
        if seen and (ids := of_others(seen[1], header)):
            message = f"Ce document n'est pas du même patient que {seen[0]}"
            yield finding("MSS-022", name, message, expected=ids[0], actual=ids[1])
        seen = seen or ((name, header) if header.patient_ids else None)


def of_others(one: CdaHeader, other: CdaHeader) -> tuple[str, str] | None:
    """What names two patients: their INS when both have one, else all identifiers; None when they share one.

    A document without INS, beside one with it, is of the same patient by their number in the establishment.
    """
    if one.ins and other.ins:
        first, second = {str(one.ins)}, {str(other.ins)}
    else:
        first, second = ({str(i) for i in header.patient_ids} for header in (one, other))
    if first & second or not second:
        return None
    told = [str(h.ins) if h.ins else " ou ".join(sorted(ids)) for h, ids in ((one, first), (other, second))]
    return told[0], told[1]


@rule("XDS-020", families=XDM)
def identifiers_of_several_sets(context: ArchiveContext) -> Iterator[Finding]:
    """No identifier in two sets of one archive; twice in one set is judged with that set."""
    seen: dict[str, str] = {}
    for subset in context.subsets:
        if (submission := subset.submission) is None:
            continue
        named = [(p, i) for p in submission.objects.packages for i in p.identified(xds.SUBMISSION_ID)]
        named += [(e, i) for e in submission.objects.entries for i in e.identified(xds.ENTRY_ID)]
        for at, one in named:
            if one.value and (first := seen.setdefault(one.value, subset.name)) != subset.name:
                message = f"L'identifiant {one.value} désigne déjà un objet de {first}"
                yield submission.find("XDS-020", at, identified(one), message, actual=one.value, line=one.line)


@rule("XDS-023", families=XDM)
def objects_of_one_name(context: ArchiveContext) -> Iterator[Finding]:
    """Two objects of one id: an association does not say which."""
    for submission in (s.submission for s in context.subsets if s.submission):
        named = [*submission.objects.packages, *submission.objects.entries]
        counts = Counter(o.id for o in named if o.id)
        for second in {o.id: o for o in named if counts[o.id] > 1}.values():
            message = f"{counts[second.id]} objets de la soumission ont le même identifiant"
            yield submission.find("XDS-023", second, "@id", message, actual=second.id)


@rule("XDM-011", families=XDM)
def index_links(context: ArchiveContext) -> Iterator[Finding]:
    """The page that a person opens leads to what is there."""
    name = next((n for n in context.files if n.upper() == "INDEX.HTM"), "")
    page = context.files.get(name, b"")[:_INDEX_LIMIT].decode("utf-8", "replace")
    present = {n.casefold() for n in context.present}
    for target in dict.fromkeys(_HREF.findall(page)):
        try:
            url = urlsplit(target)
        except ValueError:
            continue
        path = unquote(url.path).removeprefix("./").replace("\\", "/")
        if url.scheme or url.netloc or not path or path.endswith("/"):
            continue
        if path.casefold() not in present:
            yield finding("XDM-011", name, f"Le lien vers « {path[:200]} » ne mène à rien", actual=path)


@rule("XDM-012", families=XDM)
def style_sheets(context: ArchiveContext) -> Iterator[Finding]:
    """A relative style sheet is looked for beside its document."""
    for name, tree in context.cdas.items():
        for href in tree.stylesheets:
            if not href or "://" in href or href.startswith(("/", "#")):
                continue
            path = str(PurePosixPath(name).parent / unquote(href))
            if path not in context.files and not href.startswith(".."):
                yield finding("XDM-012", name, f"La feuille de style « {href[:200]} » n'est pas dans l'archive")


@rule("XDM-013", families=XDM)
def action(context: ArchiveContext) -> Iterator[Finding]:
    """C replaces: the document names the one that it replaces, which is how the recipient finds it."""
    for subset in context.subsets:
        if subset.submission is None:
            continue
        package = subset.submission.package
        for one in subset.submission.entries:
            read = one.entry.action or (package.action if package else "")
            place = slot("action")
            if read not in ("", REPLACE, DELETE):
                yield one.find("XDM-013", place, expected=f"{REPLACE}, {DELETE} ou absente", actual=read)
            replaced = one.cda.header.replaces if one.cda else None
            if read == REPLACE and one.cda is not None and replaced is None:
                message = "L'action est un remplacement, et le document n'en remplace aucun (relatedDocument RPLC)"
                yield one.find("XDM-013", place, message, expected="relatedDocument typeCode RPLC", actual=read)
            elif replaced is not None and not read:
                message = "Le document en remplace un autre, et l'action de l'archive ne le dit pas"
                yield one.find("XDM-013", place, message, expected=REPLACE, severity=Severity.WARNING)


@rule("XDS-073", families=XDM)
def replacing_links(context: ArchiveContext) -> Iterator[Finding]:
    """An association that replaces says what its document says. It may be missing: the recipient reads the document."""
    for submission in (s.submission for s in context.subsets if s.submission):
        documents = {one.entry.id: one.cda for one in submission.entries}
        for link in submission.objects.associations:
            if link.type.rpartition(":")[2] not in ("RPLC", "XFRM_RPLC"):
                continue
            if (cda := documents.get(link.source)) is not None and cda.header.replaces is None:
                message = "L'association remplace un document, et le CDA n'en remplace aucun (relatedDocument RPLC)"
                yield submission.find("XDS-073", link, "", message, expected="relatedDocument typeCode RPLC")
