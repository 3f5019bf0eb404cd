"""Reading a CDA: hostile bytes are refused with a French reason, the published examples are read."""

import time

import pytest
from shared import CORPUS_CDA, needs_shared

from rempart.formats.cda import CdaError, location, parse_cda
from rempart.formats.cda.read import MAX_MARKUP

EMPTY = b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>'
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&c;</title></ClinicalDocument>"""
EXTERNAL = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><ClinicalDocument xmlns="urn:hl7-org:v3">&e;</ClinicalDocument>'  # noqa: E501


def nest(depth: int, text: bytes = b"") -> bytes:
    return EMPTY[:-2] + b">" + b"<a>" * depth + text + b"</a>" * depth + b"</ClinicalDocument>"


HOSTILE = {
    "empty": (b"", "vide"),
    "blank": (b" \n ", "vide"),
    "html": (b"<html><body/></html>", "la racine est html"),
    "no namespace": (b"<ClinicalDocument/>", "aucun espace de noms"),
    "not xml": (b"MSH|^~\\&|A", "bien formé"),
    "cut": (EMPTY[:-2], "bien formé"),
    "billion laughs": (BOMB, "DOCTYPE"),
    "external entity": (EXTERNAL, "DOCTYPE"),
    "doctype after a comment": (b"<?xml version='1.0'?><!-- <a> --><?p <b>?><!DOCTYPE x><x/>", "DOCTYPE"),
    "doctype in utf-16": (BOMB.decode().encode("utf-16"), "DOCTYPE"),
    "doctype hidden from an utf-16 scan": (
        '<?xml version="1.0"?><!--\u2d2d\u3c3e\u6161--><!DOCTYPE x><x/>'.encode("utf-16-le"), "DOCTYPE",
    ),
    "doctype in utf-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>', "encodage utf-7"),
    "utf-8 bytes": (EMPTY[:-2] + b">\xff</ClinicalDocument>", "bien formé"),
    "utf-16 cut in a character": (EMPTY.decode().encode("utf-16")[:-1], "utf-16"),
    "deep": (nest(300), "imbriqués"),
    "deep and huge": (nest(300, b"x" * 10_000_000), "imbriqués"),
    "deep enough to exhaust a stack": (b"<a>" * 1_000_000, "imbriqués"),
    "too many tags": (nest(1, b"<b/>" * MAX_MARKUP), "balises"),
    "100 MB": (nest(1, b"A" * 100_000_000), "au-delà de la limite"),
    "stylesheet without document": (
        b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>', "aucun ClinicalDocument",
    ),
    "two documents in a stylesheet": (
        b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform">' + EMPTY + EMPTY + b"</xsl:stylesheet>",
        "plusieurs ClinicalDocument",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_quickly(name: str) -> None:
    data, reason = HOSTILE[name]
    started = time.monotonic()
    with pytest.raises(CdaError, match=reason):
        parse_cda(data)
    assert time.monotonic() - started < 5


def test_a_refusal_names_its_line() -> None:
    with pytest.raises(CdaError) as caught:
        parse_cda(BOMB)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("data", "encoding", "bom"),
    [
        (EMPTY, "utf-8", False),
        (b"\xef\xbb\xbf" + EMPTY, "utf-8", True),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + EMPTY, "iso-8859-1", False),
        (('<?xml version="1.0" encoding="UTF-16"?>' + EMPTY.decode()).encode("utf-16"), "utf-16", True),
        (memoryview(EMPTY), "utf-8", False),
    ],
    ids=("undeclared", "utf-8 mark", "latin-1", "utf-16", "memoryview"),
)
def test_other_encodings_are_read_and_named(data: bytes, encoding: str, bom: bool) -> None:
    tree = parse_cda(data)
    assert (tree.root.tag, tree.encoding, tree.bom) == ("{urn:hl7-org:v3}ClinicalDocument", encoding, bom)


def test_text_in_another_encoding_is_not_mangled() -> None:
    data = '<?xml version="1.0" encoding="ISO-8859-1"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Été</title></ClinicalDocument>'  # noqa: E501
    assert parse_cda(data.encode("latin-1")).header.title == "Été"


def test_a_large_pdf_is_read_and_its_header_costs_nothing() -> None:
    body = b'<component><nonXMLBody><text mediaType="application/pdf">%s</text></nonXMLBody></component>'
    tree = parse_cda(EMPTY[:-2] + b">" + body % (b"QUJD" * 7_500_000) + b"</ClinicalDocument>")
    started = time.monotonic()
    assert tree.header.level == "N1"
    assert time.monotonic() - started < 0.05
    assert tree.header.pdf == b"ABC" * 7_500_000


@pytest.mark.parametrize("wrapper", ["xsl:stylesheet", "ds:Signature"])
def test_a_wrapped_document_is_found(wrapper: str) -> None:
    spaces = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    data = f'<?xml-stylesheet type="text/xsl" href="#"?><{wrapper} {spaces}><x>{EMPTY.decode()}</x></{wrapper}>'
    tree = parse_cda(data.encode())
    assert tree.wrapper == {"xsl:stylesheet": "autoprésentable", "ds:Signature": "signature"}[wrapper]
    assert (location(tree.root), tree.stylesheets) == ("/ClinicalDocument (ligne 1)", ["#"])


def test_a_location_counts_only_when_it_must() -> None:
    data = EMPTY[:-2] + b">\n<author/>\n<author><id/></author><x:y xmlns:x='urn:x'/></ClinicalDocument>"
    root = parse_cda(data).root
    assert location(root[1][0], "@root") == "/ClinicalDocument/author[2]/id/@root (ligne 3)"
    assert location(root[2]) == "/ClinicalDocument/x:y (ligne 3)"


@needs_shared
def test_every_published_example_is_read() -> None:
    headers = {f.name: parse_cda(f.read_bytes()).header for f in sorted(CORPUS_CDA.glob("*.xml"))}
    assert len(headers) == 94
    assert {n for n, h in headers.items() if h.level == "N1"} == {
        "BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml",
        "DOC_NON_STRUCTURE_CDA-R2-N1.xml",
        "IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml",
        "TLM-CR_2022.01.xml",
    }
    assert sum(1 for h in headers.values() if h.level == "N3" and h.pdf) == 16
    assert sum(1 for h in headers.values() if h.replaces) == 10
    for name, header in headers.items():
        assert header.id and header.set_id and header.version and header.ins and header.birth_name, name


@needs_shared
def test_header_of_a_published_example() -> None:
    header = parse_cda((CORPUS_CDA / "DOC_NON_STRUCTURE_CDA-R2-N1.xml").read_bytes()).header
    assert header.unique_id == "1.3.6.1.4.1.19376.1.2.20.12345.1.1"
    assert (header.type.code, header.version, header.confidentiality.code) == ("11502-2", 1, "N")
    assert str(header.ins) == "1.2.250.1.213.1.4.10^279035121518989"
    assert (header.birth_name, header.birth_names, header.first_birth_name) == (
        "PAT-TROIS", "DOMINIQUE MARIE-LOUISE", "DOMINIQUE",
    )  # fmt: skip
    assert (header.sex, header.birth_time, header.birth_place) == ("F", "19790328", "51215")
    assert (header.pdf or b"")[:5] == b"%PDF-"
