"""From Schematron to XSLT 3.0, and a table that says what each check is (ISO/IEC 19757-3, annex on query bindings).

All patterns share one mode, so that a document is walked once. A rule is tried in order of priority: it runs when no
earlier rule of its pattern has matched the node, and hands the node on to the rules of the other patterns.
Each check is in a `try`: one that stops says so, and the others go on.
Documents are never fetched by the stylesheet: it is given those that the schema names, and an absent one is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rempart.validation.schematron.compiled import Check, Compiled, Rule
from rempart.validation.schematron.expand import CALL, expand, phase_of, unknown_patterns
from rempart.validation.schematron.read import S, Schema, SchematronError, file_of, locate

COMPILER = 7  # to be raised whenever the stylesheets change: what is on disk is then compiled again
XSL = "http://www.w3.org/1999/XSL/Transform"
RT = "urn:rempart:schematron"
ABSENT = "fichier absent du pack: "  # what the error of a document that is not there says, before its address
_NAMESPACES = {
    "xsl": XSL,
    "rt": RT,
    "xs": "http://www.w3.org/2001/XMLSchema",
    "map": "http://www.w3.org/2005/xpath-functions/map",
    "err": "http://www.w3.org/2005/xqt-errors",
}
_BINDINGS = ("", "xslt", "xslt2", "xslt3", "xpath2", "xpath3")
_LITERAL = re.compile(r"(\"[^\"]*\"|'[^']*')")
_CALL = re.compile(r"(?<![\w.:$@-])(?:fn:)?(?:document|doc)\s*\(")
_ADDRESS = re.compile(r"^[^:*?<>|]+\.xml$", re.IGNORECASE)
_OTHER_NODES = re.compile(r"@|\b(?:attribute|text|comment|node|processing-instruction)\s*(?:\(|::)")
_FOREIGN = ("function", "key")  # XSLT declarations that a schema may bring; anything else is refused
Element = etree._Element


def compile_schema(schema: Schema) -> Compiled:
    """The stylesheet of a schema. SchematronError when it says something that this compiler does not know."""
    binding = (schema.tree.get("queryBinding") or "").lower()
    if binding not in _BINDINGS:
        raise SchematronError(f"{schema.entry}: queryBinding « {binding} » n'est pas pris en charge")
    return _Compiler(schema).compile()


class _Compiler:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.rules: list[Rule] = []
        self.checks: list[Check] = []
        self.deep = False
        self.literals: set[str] = set()
        self.out = etree.Element(f"{{{XSL}}}stylesheet", nsmap=self._nsmap(), version="3.0")
        self.out.set("exclude-result-prefixes", "#all")
        self.out.set("expand-text", "no")
        self.diagnostics = {d.get("id", ""): d for d in schema.tree.iter(f"{S}diagnostic")}
        self.globals: dict[str, str] = {}

    def _nsmap(self) -> dict[str, str]:
        declared = {n.get("prefix", ""): n.get("uri", "") for n in self.schema.tree.iter(f"{S}ns")}
        declared.pop("xml", None)
        return {**declared, **_NAMESPACES}

    def compile(self) -> Compiled:
        expanded = expand(self.schema)
        patterns = expanded.patterns
        self._frame()
        phase = phase_of(self.schema)
        for holder in (self.schema.tree, *(() if phase is None else (phase,))):
            for let in holder.iterfind(f"{S}let"):
                self._global(let, "")
        lets = [self._pattern_lets(number, pattern) for number, pattern in enumerate(patterns)]
        rules = [(n, p, r) for n, p in enumerate(patterns) for r in p.iterfind(f"{S}rule")]
        self.deep = any(_OTHER_NODES.search(_outside_predicates(r.get("context", ""))) for _, _, r in rules)
        alone = {n for n, p in enumerate(patterns) if len(p.findall(f"{S}rule")) == 1}
        for place, (number, pattern, rule) in enumerate(rules):
            self._rule(len(rules) - place, number, pattern, rule, lets[number], number in alone)
        for name, shared in expanded.shared.items():
            self._shared(name, shared)
        self._walk()
        documents, absent = self._documents()
        return Compiled(
            self.schema.entry, _text(self.schema.tree.find(f"{S}title")), etree.tostring(self.out, encoding="unicode"),
            self.rules, self.checks, documents, absent, unknown_patterns(self.schema), self.schema.inputs,
        )  # fmt: skip

    # -- declarations --------------------------------------------------------------------------------------------

    def _frame(self) -> None:
        self._add(self.out, "output", method="xml", indent="no", **{"omit-xml-declaration": "yes"})
        self._add(
            self.out, "param", name="rt:documents", **{"as": "map(xs:string, document-node())", "select": "map{}"}
        )
        function = self._add(self.out, "function", name="rt:doc", **{"as": "document-node()"})
        self._add(function, "param", name="path", **{"as": "xs:string"})
        absent = f"error(QName('{RT}', 'rt:absent'), concat('{ABSENT}', $path))"
        select = f"if (map:contains($rt:documents, $path)) then $rt:documents($path) else {absent}"
        self._add(function, "sequence", select=select)
        for child in self.schema.tree:
            if isinstance(child.tag, str) and child.tag.startswith(f"{{{XSL}}}"):
                if etree.QName(child).localname not in _FOREIGN:
                    raise SchematronError(f"{file_of(child)}: {child.tag} n'est pas pris en charge dans un schéma")
                self.out.append(child)

    def _global(self, let: Element, suffix: str) -> None:
        name = let.get("name", "") + suffix
        value = let.get("value", "")
        if self.globals.get(name, value) != value:
            raise SchematronError(f"{file_of(let)}: la variable {name} a deux valeurs")
        if name not in self.globals:
            self.globals[name] = value
            self._variable(self.out, let, name, {})

    def _pattern_lets(self, number: int, pattern: Element) -> dict[str, str]:
        """Variables of a pattern are global (official schemas use those of others); a name that another pattern gives
        another value is renamed in this one."""
        renamed = {}
        for let in pattern.iterfind(f"{S}let"):
            name, value = let.get("name", ""), let.get("value", "")
            suffix = ""
            if self.globals.get(name, value) != value:
                suffix = f"..{number}"
                renamed[name] = name + suffix
            self._global(let, suffix)
        return renamed

    def _variable(self, parent: Element, let: Element, name: str, renamed: dict[str, str]) -> None:
        variable = self._add(parent, "variable", name=name)
        if let.get("value") is not None:
            variable.set("select", self._xpath(let.get("value", ""), renamed))
        else:
            variable.extend(let)

    # -- rules ---------------------------------------------------------------------------------------------------

    def _rule(
        self, priority: int, number: int, pattern: Element, rule: Element, renamed: dict[str, str], alone: bool
    ) -> None:
        context = rule.get("context", "")
        if not context:
            raise SchematronError(f"{file_of(rule)}: une règle n'a pas de contexte")
        match = self._xpath(context, renamed)
        template = self._add(self.out, "template", match=match, mode="rt:walk", priority=str(priority))
        body = template
        if not alone:  # a single rule in its pattern is always the first that matches
            self._add(template, "param", name="rt:done", tunnel="yes", **{"as": "xs:integer*", "select": "()"})
            body = self._add(template, "if", test=f"not($rt:done = {number})")
        etree.SubElement(body, "r", n=str(len(self.rules)))
        self.rules.append(Rule(pattern.get("id") or _text(pattern.find(f"{S}title")), context))
        self._checks(body, rule, renamed)
        follow = self._add(template, "next-match")
        if not alone:
            self._add(follow, "with-param", name="rt:done", tunnel="yes", select=f"$rt:done, {number}")

    def _shared(self, name: str, rule: Element) -> None:
        """An abstract rule that several rules call."""
        self._checks(self._add(self.out, "template", name=f"rt:{name}"), rule, {})

    def _checks(self, body: Element, rule: Element, renamed: dict[str, str]) -> None:
        """Variables and checks of a rule, in order: a check sees the variables written before it."""
        for child in rule:
            if child.tag == f"{S}let":
                self._variable(body, child, child.get("name", ""), renamed)
            elif child.tag in (f"{S}assert", f"{S}report"):
                self._check(body, child, renamed)
            elif child.tag == CALL:
                self._add(body, "call-template", name=f"rt:{child.get('rule')}")

    def _check(self, body: Element, check: Element, renamed: dict[str, str]) -> None:
        kind = etree.QName(check).localname
        test = check.get("test", "")
        index = str(len(self.checks))
        self.checks.append(
            Check(
                kind,
                test,
                check.get("id", ""),
                check.get("role", "").lower(),
                check.get("see", ""),
                file_of(check),
            )
        )
        attempt = self._add(body, "try")
        xpath = self._xpath(test, renamed)
        failed = self._add(attempt, "if", test=f"not({xpath})" if kind == "assert" else xpath)
        told = etree.SubElement(failed, "f", n=index, at="{path()}")
        self._message(told, check, renamed)
        for name in check.get("diagnostics", "").split():
            if name in self.diagnostics:
                self._put(told, " ")
                self._message(told, self.diagnostics[name], renamed)
        caught = self._add(attempt, "catch", errors="*")
        stopped = etree.SubElement(caught, "x", n=index, at="{path()}", code="{local-name-from-QName($err:code)}")
        self._add(stopped, "value-of", select="$err:description")

    def _message(self, parent: Element, said: Element, renamed: dict[str, str]) -> None:
        self._put(parent, said.text)
        for child in said:
            if child.tag == f"{S}value-of":
                self._add(parent, "value-of", select=self._xpath(child.get("select", ""), renamed))
            elif child.tag == f"{S}name":
                self._add(parent, "value-of", select=f"name({self._xpath(child.get('path', '.'), renamed)})")
            elif isinstance(child.tag, str):
                self._message(parent, child, renamed)  # emph, span, dir
            self._put(parent, child.tail)

    def _walk(self) -> None:
        """What hands every node to the rules: elements only, unless a rule is about other nodes."""
        self._add(self.out, "mode", name="rt:walk", **{"on-no-match": "shallow-skip"})
        start = self._add(self.out, "template", match="/")
        report = etree.SubElement(start, "report")
        self._add(report, "apply-templates", select=".", mode="rt:walk")
        below = "@*, node()" if self.deep else "*"
        last = self._add(self.out, "template", match="/ | *", mode="rt:walk", priority="-1")
        follow = self._add(last, "apply-templates", select=below, mode="rt:walk")
        self._add(follow, "with-param", name="rt:done", tunnel="yes", select="()")

    # -- small things --------------------------------------------------------------------------------------------

    def _xpath(self, expression: str, renamed: dict[str, str]) -> str:
        parts = _LITERAL.split(expression)
        for at, part in enumerate(parts):
            if at % 2:
                self.literals.add(part[1:-1])
                continue
            part = _CALL.sub("rt:doc(", part)
            for name, other in renamed.items():
                part = re.sub(rf"\${re.escape(name)}(?![\w.-])", f"${other}", part)
            parts[at] = part
        return "".join(parts)

    def _documents(self) -> tuple[dict[str, str], list[str]]:
        found, absent = {}, []
        for address in sorted(a for a in self.literals if _ADDRESS.match(a)):
            path = locate(self.schema.folder / address, self.schema.root)
            if path is None:
                absent.append(address)
            else:
                found[address] = path.relative_to(self.schema.root).as_posix()
        return found, absent

    def _put(self, parent: Element, text: str | None) -> None:
        if text:
            self._add(parent, "text").text = text

    def _add(self, parent: Element, instruction: str, /, **attributes: str) -> Element:
        return etree.SubElement(parent, f"{{{XSL}}}{instruction}", attributes)


def _outside_predicates(context: str) -> str:
    """A context without what its brackets hold, nor its literals."""
    return "".join(_outer(_LITERAL.sub("", context)))


def _outer(text: str) -> Iterator[str]:
    depth = 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if depth == 0 and character != "]":
            yield character


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(str(t) for t in element.itertext()).split())
