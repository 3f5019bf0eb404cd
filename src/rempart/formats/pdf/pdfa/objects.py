"""Clauses that any object may break: filters, external streams, attached files, transparency, actions, limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from rempart.formats.pdf.pdfa.clauses import Breach, entries, get, items, name_of, number, place_of, same

_ACTIONS = {"Launch", "Sound", "Movie", "ResetForm", "ImportData", "JavaScript", "SetState", "NOP", "Rendition",
            "Trans", "GoTo3DView", "SetOCGState", "GoToE"}  # fmt: skip
_NAMED = {"NextPage", "PrevPage", "FirstPage", "LastPage"}
_INTENTS = {"RelativeColorimetric", "AbsoluteColorimetric", "Perceptual", "Saturation"}
_MOST_ITEMS, _MOST_ENTRIES, _LONGEST_STRING, _LONGEST_NAME = 8191, 4095, 65535, 127
_DEPTH = 40  # direct objects inside one another
_LARGEST = 2**31 - 1


def check(pdf: pikepdf.Pdf) -> Iterator[Breach]:
    """Every object of the file, the direct ones inside it included."""
    for value in pdf.objects:
        yield from _walk(value, place_of(value), 0)


def _walk(value: Any, place: str, depth: int) -> Iterator[Breach]:
    if depth > _DEPTH:
        return
    if isinstance(value, pikepdf.Stream):
        yield from _stream(value, place)
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield from _dictionary(value, place)
        children = [v for _, v in entries(value)]
    elif isinstance(value, pikepdf.Array):
        children = items(value)
        if len(children) > _MOST_ITEMS:
            yield Breach("6.1.12", place, f"un tableau compte plus de {_MOST_ITEMS} éléments")
    else:
        yield from _scalar(value, place)
        return
    for child in children:
        if not isinstance(child, pikepdf.Object) or not child.is_indirect:
            yield from _walk(child, place, depth + 1)


def _scalar(value: Any, place: str) -> Iterator[Breach]:
    if isinstance(value, pikepdf.Name) and len(value.unparse()) > _LONGEST_NAME + 1:
        yield Breach("6.1.12", place, f"un nom dépasse {_LONGEST_NAME} octets")
    if isinstance(value, pikepdf.String) and len(bytes(value)) > _LONGEST_STRING:
        yield Breach("6.1.12", place, f"une chaîne dépasse {_LONGEST_STRING} octets")
    if isinstance(value, int) and abs(value) > _LARGEST:
        yield Breach("6.1.12", place, f"un entier dépasse {_LARGEST}")


def _stream(value: pikepdf.Stream, place: str) -> Iterator[Breach]:
    for key in ("F", "FFilter", "FDecodeParms"):
        if get(value, key) is not None:
            yield Breach("6.1.7", place, f"le contenu d'un flux est hors du fichier ({key})")
    filters = [name_of(f) for f in items(get(value, "Filter"))]
    if "LZWDecode" in filters or "LZW" in filters:
        yield Breach("6.1.10", place, "le filtre LZWDecode est interdit")
    if "Crypt" in filters or "JPXDecode" in filters:
        yield Breach("6.1.10", place, f"le filtre {', '.join(filters)} n'existe pas en PDF 1.4")
    kind = name_of(get(value, "Type"))
    if kind in ("ObjStm", "XRef"):
        yield Breach("6.1.4", place, f"un flux {kind} n'existe pas en PDF 1.4")
    if name_of(get(value, "Subtype")) == "Image":
        yield from _image(value, place)
    if name_of(get(value, "Subtype")) == "Form":
        yield from _form(value, place)
    if name_of(get(value, "Subtype")) == "PS":
        yield Breach("6.2.7", place, "un XObject PostScript est interdit")


def _image(image: Any, place: str) -> Iterator[Breach]:
    if get(image, "Alternates") is not None:
        yield Breach("6.2.4", place, "une image a des variantes (Alternates)")
    if get(image, "OPI") is not None:
        yield Breach("6.2.4", place, "une image est remplacée à l'impression (OPI)")
    if get(image, "Interpolate") is True:
        yield Breach("6.2.4", place, "une image est interpolée (Interpolate)")
    mask = get(image, "SMask")
    if mask is not None and name_of(mask) != "None":
        yield Breach("6.4", place, "une image a un masque de transparence (SMask)")
    if (number(get(image, "SMaskInData")) or 0) != 0:
        yield Breach("6.4", place, "une image porte sa transparence (SMaskInData)")
    intent = name_of(get(image, "Intent"))
    if intent and intent not in _INTENTS:
        yield Breach("6.2.9", place, f"l'intention de rendu {intent} n'existe pas")


def _form(form: Any, place: str) -> Iterator[Breach]:
    for key, what in (("OPI", "6.2.5"), ("PS", "6.2.5"), ("Ref", "6.2.6")):
        if get(form, key) is not None:
            yield Breach(what, place, f"un XObject a une entrée {key}")
    if name_of(get(form, "Subtype2")) == "PS":
        yield Breach("6.2.5", place, "un XObject est du PostScript (Subtype2)")


def _dictionary(value: Any, place: str) -> Iterator[Breach]:
    keys = dict(entries(value))
    if len(keys) > _MOST_ENTRIES:
        yield Breach("6.1.12", place, f"un dictionnaire compte plus de {_MOST_ENTRIES} entrées")
    kind = name_of(keys.get("Type"))
    group = keys.get("Group")
    if name_of(get(group, "S")) == "Transparency":
        yield Breach("6.4", place, "un groupe de transparence est interdit")
    if kind == "ExtGState":
        yield from graphics_state(value, place)
    if "EF" in keys and (kind in ("Filespec", "F", "") or "UF" in keys):
        yield Breach("6.1.11", place, "un fichier est attaché (EF)")
    action = name_of(keys.get("S"))
    if action in _ACTIONS and (kind in ("Action", "") or "JS" in keys):
        yield Breach("6.6.1", place, f"une action {action} est interdite")
    if action == "Named" and name_of(keys.get("N")) not in _NAMED:
        yield Breach("6.6.1", place, f"l'action nommée {name_of(keys.get('N'))} est interdite")
    if "AA" in keys:
        yield Breach("6.6.2", place, "des actions sont déclenchées par des événements (AA)")


def graphics_state(state: Any, place: str) -> Iterator[Breach]:
    """6.2.8 and 6.4: an ExtGState says what it is, or is known by the resources that name it."""
    keys = dict(entries(state))
    if "TR" in keys:
        yield Breach("6.2.8", place, "une fonction de transfert (TR) est interdite")
    if "TR2" in keys and name_of(keys["TR2"]) != "Default":
        yield Breach("6.2.8", place, "une fonction de transfert (TR2) autre que Default est interdite")
    if "HTP" in keys:
        yield Breach("6.2.8", place, "une origine de trame (HTP) est interdite")
    intent = name_of(keys.get("RI"))
    if intent and intent not in _INTENTS:
        yield Breach("6.2.9", place, f"l'intention de rendu {intent} n'existe pas")
    mask = keys.get("SMask")
    if mask is not None and name_of(mask) != "None":
        yield Breach("6.4", place, "un état graphique a un masque de transparence (SMask)")
    for key in ("CA", "ca"):
        if not same(keys.get(key), 1.0):
            yield Breach("6.4", place, f"l'opacité {key} est de {keys[key]}: elle doit être de 1")
    modes = [name_of(m) for m in items(keys.get("BM"))]
    if any(m not in ("Normal", "Compatible") for m in modes):
        yield Breach("6.4", place, f"le mode de fusion {', '.join(modes)} est interdit")
