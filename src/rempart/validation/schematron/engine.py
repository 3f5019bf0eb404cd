"""SaxonC on compiled schemas: the only module that loads saxonche, in a process that does nothing else.

A schema is compiled once in the life of the process (SaxonC-HE cannot keep the result), and so is each document that
schemas look codes up in: an official value set is parsed once, not at every transformation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor  # type: ignore[import-not-found,unused-ignore]

from rempart.validation.schematron.cache import compiled
from rempart.validation.schematron.compile import ABSENT, RT
from rempart.validation.schematron.compiled import Compiled
from rempart.validation.schematron.outcome import Failure, Fault, Outcome
from rempart.validation.schematron.read import SchematronError

_DOCUMENTS = f"{{{RT}}}documents"
MAX_FINDINGS = 5_000  # of one schema on one document
MAX_TEXT = 4_000  # characters of a message


@dataclass
class _Ready:
    schema: Compiled
    executable: Any
    failed: str = ""


class Engine:
    """Schemas in memory, by folder, stamp and entry. The stamp says what is in the folder: when the pack is installed
    again with other files, what was made of the former ones is forgotten."""

    def __init__(self) -> None:
        self._saxon: Any = PySaxonProcessor(license=False)
        self._ready: dict[tuple[Path, str], _Ready] = {}
        self._stamps: dict[Path, str] = {}
        self._documents: dict[Path, Any] = {}
        self._last: tuple[str, Any] = ("", None)  # the document that the next schemas are asked about too

    def prepare(self, root: Path, entry: str, stamp: str = "") -> Outcome:
        """Compile a schema, unless it is. The outcome says `ok` or `compile`, with the reason."""
        if self._stamps.setdefault(root, stamp) != stamp:
            self._forget(root)
            self._stamps[root] = stamp
        ready = self._ready.get((root, entry))
        if ready is None:
            ready = self._prepared(root, entry)
            self._ready[root, entry] = ready
        return Outcome("compile", ready.failed) if ready.failed else Outcome("ok")

    def run(self, root: Path, entry: str, text: str, stamp: str = "") -> Outcome:
        """What a schema says of a document, given as text: its name and its DTD never reach SaxonC."""
        prepared = self.prepare(root, entry, stamp)
        if prepared.status != "ok":
            return prepared
        ready = self._ready[root, entry]
        try:
            if self._last[0] != text or not text:
                self._last = (text, self._saxon.parse_xml(xml_text=text))
            told = ready.executable.transform_to_string(xdm_node=self._last[1])
        except PySaxonApiError as error:
            return Outcome("stopped", str(error))
        return _outcome(ready.schema, told)

    def _forget(self, root: Path) -> None:
        self._ready = {key: ready for key, ready in self._ready.items() if key[0] != root}
        self._documents = {path: node for path, node in self._documents.items() if not path.is_relative_to(root)}

    def _prepared(self, root: Path, entry: str) -> _Ready:
        nothing = Compiled(entry, "", "", [], [])
        try:
            schema = compiled(root, entry)
        except (SchematronError, OSError) as error:
            return _Ready(nothing, None, str(error))
        try:
            processor = self._saxon.new_xslt30_processor()
            executable = processor.compile_stylesheet(stylesheet_text=schema.stylesheet)
            documents = {name: self._document(root / path) for name, path in schema.documents.items()}
            if documents:
                executable.set_parameter(_DOCUMENTS, self._saxon.make_map2(documents))
        except PySaxonApiError as error:
            return _Ready(schema, None, f"{entry}: {error}")
        return _Ready(schema, executable)

    def _document(self, path: Path) -> Any:
        if path not in self._documents:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            try:
                root = etree.parse(path, parser).getroot()
            except etree.XMLSyntaxError as error:
                raise PySaxonApiError(f"{path.name}: XML mal formé ({error.msg})") from error
            text = etree.tostring(root, encoding="unicode", with_tail=False)
            self._documents[path] = self._saxon.parse_xml(xml_text=text)
        return self._documents[path]


def _outcome(schema: Compiled, told: str) -> Outcome:
    """Findings in the order of rules; those of a rule follow its `r`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    outcome = Outcome("ok", unknown=schema.unknown)
    pattern, context = "", ""
    for element in etree.fromstring(told.encode("utf-8"), parser):
        number = int(element.get("n", "0"))
        if element.tag == "r":
            outcome.fired += 1
            pattern, context = schema.rules[number].pattern, schema.rules[number].context
            continue
        if len(outcome.failures) + len(outcome.faults) >= MAX_FINDINGS:
            outcome.dropped += 1
            continue
        check, at = schema.checks[number], element.get("at", "")
        text = " ".join((element.text or "").split())[:MAX_TEXT]
        if element.tag == "x":
            reason = text.removeprefix(ABSENT.strip()).strip()
            outcome.faults.append(Fault(at, element.get("code", ""), reason, check.test, pattern, check.file))
            continue
        outcome.failures.append(
            Failure(
                at, text, check.kind, check.test, pattern, context, check.identifier, check.role, check.see, check.file
            )
        )
    return outcome
