"""Our schema of the header (`schemas/cda/entete.xsd`): libxml2 gives the verdict, xmlschema explains it.

xmlschema is loaded only for a document that libxml2 refuses, and it may stop on an exception of its own: libxml2's
words are then the explanation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from rempart.model.finding import Finding
from rempart.resources import schemas_dir
from rempart.validation.cda.context import CdaContext, Element

_MOST = 50  # explained errors
Explained = tuple[Finding, tuple[str, ...]]  # a finding, and the places whose own rule makes it superfluous

_REASONS: tuple[tuple[str, Callable[[re.Match[str]], tuple[str, str]]], ...] = (
    (r"'(\S+)' attribute not allowed", lambda m: (f"@{m[1]}", f"L'attribut {m[1]} n'est pas prévu ici")),
    (r"missing required attribute '(\S+)'", lambda m: (f"@{m[1]}", f"L'attribut {m[1]} est obligatoire")),
    (r"attribute '(\S+)' has a fixed value '(.*)'", lambda m: (f"@{m[1]}", f"La valeur de {m[1]} est fixée à {m[2]}")),
    (r"attribute (\S+?)=", lambda m: (f"@{m[1]}", f"La valeur de l'attribut {m[1]} n'a pas la forme attendue")),
    (r"character data between", lambda m: ("", "Du texte n'est pas prévu entre ces éléments")),
)


@cache
def _verdict() -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.XMLSchema(etree.parse(schemas_dir() / "cda" / "cda.xsd", parser))


@cache
def _explainer() -> Any:
    import xmlschema

    return xmlschema.XMLSchema(schemas_dir() / "cda" / "cda.xsd")


def check_schema(context: CdaContext) -> Iterator[Explained]:
    """CDA-002 findings, each with the places that it is about."""
    schema = _verdict()
    if schema.validate(context.root):
        return
    log: Any = schema.error_log
    refused = [(int(e.line), str(e.message)) for e in log]
    try:
        errors = list(islice(_explainer().iter_errors(context.root), _MOST))
    except Exception:  # xmlschema raises whatever it likes on what it did not foresee
        errors = []
    yield from (_explain(context, e) for e in errors) if errors else _as_refused(context, refused)


def _as_refused(context: CdaContext, refused: Iterable[tuple[int, str]]) -> Iterator[Explained]:
    for line, message in islice(refused, _MOST):
        words = f"Le schéma refuse le document à la ligne {line}"
        found = context.find("CDA-002", context.root, "", words, actual=message)
        yield found.model_copy(update={"location": f"/ClinicalDocument (ligne {line})"}), ()


def _explain(context: CdaContext, error: Any) -> Explained:
    node: Element = error.elem if error.elem is not None else context.root
    if type(error).__name__ == "XMLSchemaChildrenValidationError":  # by name: the package is loaded late
        return _children(context, node, error)
    below, message = "", "Le schéma refuse cet élément"
    for pattern, words in _REASONS:
        if match := re.match(pattern, str(error.reason)):
            below, message = words(match)
            break
    found = context.find("CDA-002", node, below, message, expected=_expected(str(error.reason)))
    return found, (found.location,)


def _expected(reason: str) -> str:
    match = re.search(r"must be one of \[(.*)\]|any pattern of \[(.*)\]|pattern (.*)", reason)
    return next((g for g in match.groups() if g), "").replace("'", "") if match else ""


def _children(context: CdaContext, node: Element, error: Any) -> Explained:
    """An element that is missing, out of place, or once too many."""
    names = [_local(e.name) for e in error.expected or () if getattr(e, "name", None)]
    children = list(node.iterchildren(etree.Element))
    expected = " ou ".join(names)
    if error.invalid_tag is None or error.index >= len(children):
        message = f"Il manque {expected or 'un élément'} à la fin de {_local(str(node.tag))}"
        found = context.find("CDA-002", node, names[0] if names else "", message, expected=expected)
        child = None
    else:
        child = children[error.index]
        message = f"L'élément {_local(str(child.tag))} n'est pas attendu ici"
        found = context.find("CDA-002", child, "", message, expected=expected)
    missing = (context.find("CDA-002", node, name).location for name in names)
    return found, (found.location, *missing)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
