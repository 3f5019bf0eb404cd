"""JUnit XML: one testcase per scenario, whatever happened to it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from lxml import etree

from rempart.model.finding import Finding
from rempart.model.results import Results, ScenarioResult
from rempart.model.verdict import Verdict
from rempart.reporting import words
from rempart.reporting.messages import visible
from rempart.reporting.outline import Outline, section_of

# `failure` is the candidate's, `error` is ours; what was not judged is never a success.
ELEMENT = {
    Verdict.NON_CONFORME: "failure",
    Verdict.INDETERMINE: "error",
    Verdict.A_ATTESTER: "skipped",
    Verdict.NON_TESTE: "skipped",
    Verdict.NON_APPLICABLE: "skipped",
}


def write_junit(results: Results, plan: Outline, path: Path) -> None:
    """One testsuite per dispositif; class = dispositif.section; written whole or not at all."""
    root = etree.Element("testsuites", name=f"rempart {results.campaign.id}")
    suites: dict[str, etree._Element] = {}
    names: Counter[tuple[str, str]] = Counter()
    for requirement in plan.requirements:
        for view in requirement.scenarios:
            s = view.record
            if s.dispositif not in suites:
                started = results.campaign.started.strftime("%Y-%m-%dT%H:%M:%S")
                suites[s.dispositif] = etree.SubElement(root, "testsuite", name=s.dispositif, timestamp=started)
            # a dot would cut the section in two in readers of JUnit files
            group = f"{s.dispositif}.{section_of(requirement).replace('.', ' ')}"
            name = f"{s.scenario_id} {s.name}"
            names[group, name] += 1
            if names[group, name] > 1:  # rows of one table of examples
                name += f" [{names[group, name]}]"
            suites[s.dispositif].append(_case(s, visible(group), visible(name)))
    for suite in (*suites.values(), root):
        _count(suite)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
    os.replace(temporary, path)


def _case(scenario: ScenarioResult, group: str, name: str) -> etree._Element:
    seconds = f"{scenario.duration_ms / 1000:.3f}"
    case = etree.Element("testcase", classname=group, name=name, time=seconds)
    properties = etree.SubElement(case, "properties")
    for key, value in (
        ("key", scenario.key),
        ("verdict", scenario.verdict.value),
        ("requirement", scenario.requirement_id),
        ("mandatory", str(scenario.mandatory).lower()),
    ):
        etree.SubElement(properties, "property", name=key, value=visible(value))
    if scenario.verdict in ELEMENT:
        reason = scenario.reason or words.MEANING[scenario.verdict]
        told = f"{'' if scenario.mandatory else 'préconisation, '}{scenario.verdict.label}: {reason}"
        element = ELEMENT[scenario.verdict] if scenario.mandatory else "skipped"  # a préconisation never fails a build
        outcome = etree.SubElement(case, element, message=visible(told))
        if outcome.tag != "skipped":
            outcome.set("type", scenario.verdict.value)
        outcome.text = visible("\n".join(_line(f) for f in scenario.findings)) or None
    return case


def _line(f: Finding) -> str:
    parts = [f"{f.rule} {words.SEVERITY[f.severity]} {f.location}: {f.message}"]
    parts += [f"attendu: {f.expected}"] if f.expected else []
    parts += [f"constaté: {f.actual}"] if f.actual else []
    parts += [f"origine: {words.ORIGIN[f.origin]}", f"source: {f.source}"]
    return " | ".join(parts)


def _count(suite: etree._Element) -> None:
    cases = list(suite.iter("testcase"))
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
