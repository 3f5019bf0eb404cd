"""Why an XML is not well-formed, in French: what libxml2 says in English, for those who do not read it."""

from __future__ import annotations

import re

_REASONS = tuple((re.compile(pattern), reason) for pattern, reason in (
    (r"Start tag expected", "il ne commence pas par une balise"),
    (r"Premature end of data in tag (\S+) line (\d+)", r"il s'arrête avant la fin de \1, ouvert ligne \2"),
    (r"Opening and ending tag mismatch: (\S+) line (\d+) and ([^\s,]+)", r"\1, ouvert ligne \2, est fermé par \3"),
    (r"Couldn't find end of Start Tag ([^\s,]+)", r"la balise \1 ne se ferme pas par >"),
    (r"invalid element name", "« < » ouvre une balise sans nom: dans un texte, il s'écrit &lt;"),
    (r"Extra content at the end", "du contenu suit la fin du document"),
    (r"Namespace prefix (\S+) .*is not defined", r"le préfixe \1 n'est pas déclaré"),
    (r"Entity '([^']*)' not defined", r"l'entité &\1; n'est pas définie"),
    (r"EntityRef", "« & » s'écrit &amp;"),
    (r"Unescaped '<' not allowed", "« < » s'écrit &lt; dans la valeur d'un attribut"),
    (r"Attribute (\S+) (?:in '[^']*' )?redefined", r"l'attribut \1 est écrit deux fois"),
    (r"Specification mandates? value for attribute ([^\s,]+)", r"l'attribut \1 n'a pas de valeur"),
    (r"AttValue", "la valeur d'un attribut n'est pas entre guillemets"),
    (r"attributes construct error", "deux attributs ne sont pas séparés par un espace, ou un guillemet manque"),
    (r"(?:PCDATA|Char|CharRef|xmlChar).*?(?:value |0x)(\w+)", r"un caractère n'a pas sa place dans du XML (code \1)"),
    (r"[Cc]omment", "un commentaire contient deux traits d'union, ou ne se ferme pas"),
    (r"CData", "une section CDATA ne se ferme pas"),
    (r"PI \S+ never end", "une instruction de traitement ne se ferme pas par ?>"),
    (r"expected '>'", "une balise ne se ferme pas par >"),
    (r"Invalid bytes", "des octets ne sont pas de l'encodage annoncé"),
    (r"parsing XML declaration|Unsupported version", "la déclaration XML est mal écrite"),
    (r"XML or text declaration not at start|XML declaration allowed only at the start",
     "la déclaration XML n'est pas au tout début du fichier"),
))  # fmt: skip
_PLACE = re.compile(r", line \d+, column (\d+)$")


def in_french(said: str) -> str:
    """`Extra content at the end of the document, line 3, column 1` -> `du contenu suit la fin du document, colonne 1`.
    What is not known is left as libxml2 says it."""
    place = _PLACE.search(said)
    for pattern, reason in _REASONS:
        if found := pattern.search(said):
            return found.expand(reason) + (f", colonne {place[1]}" if place else "")
    return said
