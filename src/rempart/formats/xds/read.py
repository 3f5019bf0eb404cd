"""Reading ebRIM as it is written: nothing is corrected, and what is absent is empty."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rempart.formats.xds.model import (
    FOLDER,
    RIM,
    Association,
    Classification,
    Identifier,
    RegistryObject,
    Slots,
    SubmittedObjects,
)

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def rim(name: str) -> str:
    """Clark name of an ebRIM element."""
    return f"{{{RIM}}}{name}"


_SLOT, _VALUE, _NAME, _LOCALIZED = (rim(name) for name in ("Slot", "Value", "Name", "LocalizedString"))
_CLASSIFICATION, _IDENTIFIER = rim("Classification"), rim("ExternalIdentifier")


def read_objects(root: etree._Element) -> SubmittedObjects:
    """Submission sets, document entries and associations below `root`, whatever wraps them (lcm, SOAP, nothing)."""
    loose = [_classification(c) for top in _lists(root) for c in top.iterchildren(_CLASSIFICATION)]
    packages = [_object(e, "RegistryPackage", n, loose) for n, e in _numbered(root, "RegistryPackage")]
    folders = tuple(p for p in packages if any(c.node == FOLDER for c in p.classifications))
    return SubmittedObjects(
        packages=tuple(p for p in packages if p not in folders),
        entries=tuple(_object(e, "ExtrinsicObject", n, loose) for n, e in _numbered(root, "ExtrinsicObject")),
        associations=tuple(_association(e, n) for n, e in _numbered(root, "Association")),
        folders=folders,
    )


def _lists(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter(rim("RegistryObjectList"))


def _numbered(root: etree._Element, name: str) -> Iterator[tuple[int, etree._Element]]:
    yield from enumerate(root.iter(rim(name)), 1)


def _object(e: etree._Element, kind: str, number: int, loose: list[Classification]) -> RegistryObject:
    own = [_classification(c) for c in e.iterchildren(_CLASSIFICATION)]
    id_ = e.get("id", "")
    return RegistryObject(
        place=f"{kind}[{number}]",
        id=id_,
        object_type=e.get("objectType", ""),
        mime_type=e.get("mimeType", ""),
        status=e.get("status", ""),
        home=e.get("home", ""),
        lid=e.get("lid", ""),
        version=_version(e),
        title=_name(e),
        slots=read_slots(e),
        classifications=(*own, *(c for c in loose if id_ and c.owner == id_)),
        identifiers=tuple(
            Identifier(
                scheme=i.get("identificationScheme", ""),
                value=i.get("value", ""),
                owner=i.get("registryObject", ""),
                line=_line(i),
            )
            for i in e.iterchildren(_IDENTIFIER)
        ),
        line=_line(e),
    )


def _association(e: etree._Element, number: int) -> Association:
    return Association(
        place=f"Association[{number}]",
        id=e.get("id", ""),
        type=e.get("associationType", ""),
        source=e.get("sourceObject", ""),
        target=e.get("targetObject", ""),
        slots=read_slots(e),
        line=_line(e),
    )


def _classification(e: etree._Element) -> Classification:
    return Classification(
        scheme=e.get("classificationScheme", ""),
        node=e.get("classificationNode", ""),
        code=e.get("nodeRepresentation", ""),
        label=_name(e),
        owner=e.get("classifiedObject", ""),
        slots=read_slots(e),
        line=_line(e),
    )


def read_slots(e: etree._Element) -> Slots:
    """Values by slot name; a name that stands twice keeps the values of both, so that they can be counted."""
    found: dict[str, list[str]] = {}
    for slot in e.iterchildren(_SLOT):
        found.setdefault(slot.get("name", ""), []).extend([_written(v) for v in slot.iter(_VALUE)])
    return {name: tuple(values) for name, values in found.items()}


def _written(value: etree._Element) -> str:
    return ("".join(str(t) for t in value.itertext()) if len(value) else value.text or "").strip()


def _version(e: etree._Element) -> str:
    info = e.find(rim("VersionInfo"))
    return "" if info is None else info.get("versionName", "")


def _name(e: etree._Element) -> str:
    """The French label where there are several."""
    texts = [t for name in e.iterchildren(_NAME) for t in name.iterchildren(_LOCALIZED)]
    for text in texts:
        if text.get(_XML_LANG, "").lower().startswith("fr"):
            return str(text.get("value", ""))
    return str(texts[0].get("value", "")) if texts else ""


def _line(e: etree._Element) -> int:
    line: int | None = e.sourceline  # type: ignore[assignment]  # lxml-stubs does not say
    return line or 0
