"""Bodies of the XDS.b transactions other than submissions: queries, retrievals, and every answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from rempart.formats.soap.capture import INCLUDE
from rempart.formats.soap.model import XOP
from rempart.formats.xds.model import RIM, Slots
from rempart.formats.xds.read import read_slots, rim
from rempart.formats.xds.transactions import QUERY, RS, XDSB

_STATUS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"
SUCCESS, FAILURE, UNAVAILABLE = f"{_STATUS}Success", f"{_STATUS}Failure", f"{_STATUS}Unavailable"
PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
_SEVERITY = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:"
ERROR, WARNING = f"{_SEVERITY}Error", f"{_SEVERITY}Warning"
QUOTED = re.compile(r"'(?:[^']|'')*'")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuery:
    """An ITI-18 request. `parameters` are values as written, quotes and parentheses included."""

    id: str
    parameters: Slots = field(default_factory=dict)
    return_type: str = "LeafClass"
    composed: bool = True
    line: int = 0

    def values(self, name: str) -> list[str]:
        """What a parameter asks for, without its quotes and parentheses."""
        found = []
        for written in self.parameters.get(name, ()):
            quoted = QUOTED.findall(written)
            found += [q[1:-1].replace("''", "'") for q in quoted] if quoted else [written]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One document of an ITI-43 request."""

    repository: str
    unique_id: str
    home: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryError:
    code: str
    context: str
    severity: str = ERROR
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryResponse:
    status: str
    errors: tuple[RegistryError, ...] = ()

    @property
    def success(self) -> bool:
        return self.status == SUCCESS


def quoted(*values: str, listed: bool = False) -> str:
    """`'a'`, or `('a','b')` for a parameter that takes a list."""
    texts = ["'" + v.replace("'", "''") + "'" for v in values]
    return f"({','.join(texts)})" if listed else texts[0]


def read_query(request: etree._Element) -> StoredQuery:
    """An AdhocQueryRequest; what is absent is empty."""
    option = request.find(f"{{{QUERY}}}ResponseOption")
    query = request.find(rim("AdhocQuery"))
    return StoredQuery(
        id="" if query is None else query.get("id", "").lower(),  # an UUID, in either case
        parameters={} if query is None else read_slots(query),
        return_type="" if option is None else option.get("returnType", ""),
        composed=option is not None and option.get("returnComposedObjects", "") in ("true", "1"),
        line=_line(request if query is None else query),
    )


def write_query(query: StoredQuery) -> etree._Element:
    root = etree.Element(f"{{{QUERY}}}AdhocQueryRequest", nsmap={"query": QUERY, "rim": RIM})
    option = {"returnType": query.return_type, "returnComposedObjects": str(query.composed).lower()}
    etree.SubElement(root, f"{{{QUERY}}}ResponseOption", option)
    adhoc = etree.SubElement(root, rim("AdhocQuery"), id=query.id)
    for name, values in query.parameters.items():
        listed = etree.SubElement(etree.SubElement(adhoc, rim("Slot"), name=name), rim("ValueList"))
        for value in values:
            etree.SubElement(listed, rim("Value")).text = value
    return root


def write_query_response(
    objects: etree._Element, response: RegistryResponse, total: int | None = None
) -> etree._Element:
    """An AdhocQueryResponse around a RegistryObjectList, which is moved into it."""
    root = etree.Element(f"{{{QUERY}}}AdhocQueryResponse", status=response.status, nsmap={"query": QUERY, "rs": RS})
    if total is not None:
        root.set("startIndex", "0")
        root.set("totalResultCount", str(total))
    _write_errors(root, response.errors)
    root.append(objects)
    return root


def read_retrieve(request: etree._Element) -> list[Wanted]:
    """Documents of a RetrieveDocumentSetRequest."""
    return [
        Wanted(
            repository=_child(d, "RepositoryUniqueId"), unique_id=_child(d, "DocumentUniqueId"),
            home=_child(d, "HomeCommunityId"), line=_line(d),
        )
        for d in request.iterchildren(f"{{{XDSB}}}DocumentRequest")
    ]  # fmt: skip


def write_retrieve(wanted: Sequence[Wanted]) -> etree._Element:
    root = etree.Element(f"{{{XDSB}}}RetrieveDocumentSetRequest", nsmap={None: XDSB})  # type: ignore[dict-item]
    for one in wanted:
        at = etree.SubElement(root, f"{{{XDSB}}}DocumentRequest")
        fields = (("HomeCommunityId", one.home), ("RepositoryUniqueId", one.repository))
        for name, value in (*fields, ("DocumentUniqueId", one.unique_id)):
            if value:
                etree.SubElement(at, f"{{{XDSB}}}{name}").text = value
    return root


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """One document of an ITI-43 answer: its bytes stand in the part `content_id`."""

    repository: str
    unique_id: str
    mime_type: str
    content_id: str


def write_retrieve_response(response: RegistryResponse, documents: Sequence[Retrieved] = ()) -> etree._Element:
    root = etree.Element(f"{{{XDSB}}}RetrieveDocumentSetResponse", nsmap={None: XDSB, "rs": RS, "xop": XOP})  # type: ignore[dict-item]
    root.append(write_response(response))
    for one in documents:
        at = etree.SubElement(root, f"{{{XDSB}}}DocumentResponse")
        fields = (("RepositoryUniqueId", one.repository), ("DocumentUniqueId", one.unique_id))
        for name, value in (*fields, ("mimeType", one.mime_type)):
            etree.SubElement(at, f"{{{XDSB}}}{name}").text = value
        holder = etree.SubElement(at, f"{{{XDSB}}}Document")
        etree.SubElement(holder, INCLUDE, href=f"cid:{one.content_id}")
    return root


def read_retrieved(response: etree._Element) -> list[tuple[str, etree._Element]]:
    """Documents of a RetrieveDocumentSetResponse: uniqueId, and the element that holds or references the bytes."""
    found = []
    for one in response.iterchildren(f"{{{XDSB}}}DocumentResponse"):
        holder = one.find(f"{{{XDSB}}}Document")
        if holder is not None:
            found.append((_child(one, "DocumentUniqueId"), holder))
    return found


def read_response(element: etree._Element) -> RegistryResponse | None:
    """The status of an answer, whatever its transaction; None when it has none."""
    holder = element if element.get("status") is not None else element.find(f"{{{RS}}}RegistryResponse")
    if holder is None:
        return None
    errors = holder.iterfind(f"{{{RS}}}RegistryErrorList/{{{RS}}}RegistryError")
    return RegistryResponse(
        status=holder.get("status", ""),
        errors=tuple(
            RegistryError(
                code=e.get("errorCode", ""), context=e.get("codeContext", ""), severity=e.get("severity", ERROR),
                location=e.get("location", ""),
            )
            for e in errors
        ),
    )  # fmt: skip


def write_response(response: RegistryResponse) -> etree._Element:
    """A RegistryResponse: that of ITI-41 and ITI-57."""
    root = etree.Element(f"{{{RS}}}RegistryResponse", status=response.status, nsmap={"rs": RS})
    _write_errors(root, response.errors)
    return root


def _write_errors(root: etree._Element, errors: Sequence[RegistryError]) -> None:
    listed = etree.SubElement(root, f"{{{RS}}}RegistryErrorList") if errors else None
    for error in errors if listed is not None else ():
        at = {"errorCode": error.code, "codeContext": error.context, "severity": error.severity}
        if error.location:
            at["location"] = error.location
        etree.SubElement(listed, f"{{{RS}}}RegistryError", at)  # type: ignore[arg-type]


def _child(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{{{XDSB}}}{name}") or "").strip()


def _line(e: etree._Element) -> int:
    line: int | None = e.sourceline  # type: ignore[assignment]  # lxml-stubs does not say
    return line or 0
