"""The evidence report: one self-contained HTML page in French, for an auditor. It addresses nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rempart.model.finding import excerpt
from rempart.model.results import Preuve, Results
from rempart.model.verdict import Verdict
from rempart.reporting import words
from rempart.reporting.evidence_pages import EvidencePages
from rempart.reporting.messages import visible
from rempart.reporting.outline import Outline, RequirementView
from rempart.resources import templates_dir

MAX_FINDINGS = 200  # shown of one scenario
MAX_UNFOLDED = 60  # requirements of a page whose sections are all open


def write_html(results: Results, digest: str, plan: Outline, pages: EvidencePages, path: Path) -> None:
    """Write the page, whole or not at all. `digest`: SHA-256 of the results.json that it is built from.

    Streamed: a large campaign is never held in memory as one text.
    """
    templates = page_environment()
    css, script = (templates_dir() / name for name in ("report.css", "report.js"))
    style, code = css.read_text("utf-8"), script.read_text("utf-8")
    stream = templates.get_template("report.html").stream(
        results=results,
        campaign=results.campaign,
        digest=digest,
        plan=plan,
        pages=pages,
        counts=plan.counts(),
        present=present(plan),
        totals=totals(plan),
        attention=[r for v in words.ORDER[:2] for r in plan.requirements if r.verdict is v],
        preuves=preuves_by_status(plan),
        problems=[*results.problems, *pages.problems],
        style=Markup(style),
        code=Markup(code),
        policy=f"default-src 'none'; style-src '{inline_digest(style)}'; script-src '{inline_digest(code)}'",
        max_findings=MAX_FINDINGS,
        sections=list(dict.fromkeys(s for found in plan.sections().values() for s in found)),
        folded=len(plan.requirements) > MAX_UNFOLDED,
    )
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        stream.enable_buffering(200)
        stream.dump(file, encoding="utf-8", errors="replace")
    os.replace(temporary, path)


def page_environment() -> Environment:
    """Templates of the pages: everything escaped, control characters shown, an unknown name an error.

    `part` renders a piece of the page at once: nested includes hand each little text through all the levels above.
    """
    templates = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    templates.globals["words"] = words
    templates.globals["m"] = templates.get_template("_macros.html").module
    templates.globals["part"] = lambda name, **told: Markup(templates.get_template(name).render(told))
    templates.filters |= {"when": _when, "clock": _clock, "object": object_href, "lead": _lead, "told": _told}
    return templates


def object_href(sha256: str) -> str:
    """Where the bytes are, seen from the report."""
    return f"evidence/objects/{sha256[:2]}/{sha256}"


def inline_digest(inline: str) -> str:
    """What a Content-Security-Policy names an inline style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()


def _when(time: datetime | None) -> str:
    return f"{time.astimezone(UTC):%d/%m/%Y à %H:%M:%S} UTC" if time else "non terminée"


def _clock(time: datetime) -> str:
    time = time.astimezone(UTC)
    return f"{time:%H:%M:%S},{time.microsecond // 1000:03d}"


def _lead(label: str) -> str:
    """A label as it stands inside a sentence."""
    return label[:1].lower() + label[1:]


def _told(params: dict[str, Any]) -> str:
    """Parameters of a check, as a reader takes them in: `path = MSA-1, equals = AA`."""
    return ", ".join(f"{name} = {excerpt(str(value))}" for name, value in params.items())


def present(plan: Outline) -> list[Verdict]:
    """Verdicts that occur, worst first: no empty column."""
    seen = {s.record.verdict for s in plan.scenarios()} | {r.verdict for r in plan.requirements}
    return [v for v in words.ORDER if v in seen]


def totals(plan: Outline) -> dict[str, Any]:
    """Scenarios by verdict's value, and `all` of them."""
    verdicts = [s.record.verdict for s in plan.scenarios()]
    return {v.value: verdicts.count(v) for v in words.ORDER} | {"all": len(verdicts)}


def preuves_by_status(plan: Outline) -> dict[str, list[tuple[RequirementView, Preuve]]]:
    """Preuves by status, those still to be supplied first; a status that we do not know is shown too."""
    groups: dict[str, list[tuple[RequirementView, Preuve]]] = {status: [] for status in words.PREUVE_STATUS}
    for r in plan.requirements:
        for preuve in r.record.preuves if r.record else []:
            groups.setdefault(preuve.status, []).append((r, preuve))
    return {status: found for status, found in groups.items() if found}
