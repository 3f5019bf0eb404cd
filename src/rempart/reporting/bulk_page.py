"""`summary.html` of a folder of results: what `summary.json` and `run.json` say, for a reader."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rempart.model.finding import Severity
from rempart.model.verdict import Verdict
from rempart.reporting import words
from rempart.reporting.build import ReportError
from rempart.reporting.html import inline_digest, page_environment
from rempart.resources import templates_dir
from rempart.validation.registry import rules

PAGE = "summary.html"
# How the three verdicts of a file are drawn; `erreur` as what could not be concluded.
_VERDICTS = {
    "non_conforme": (Verdict.NON_CONFORME, "non conforme"),
    "erreur": (Verdict.INDETERMINE, "en erreur"),
    "conforme": (Verdict.CONFORME, "conforme"),
}
_SEVERE = [s.value for s in Severity]  # what makes a file fail comes first, then by number of files
_STYLE = """
.rules th:first-child { width: 8.5rem; }
.totals tbody th { font-weight: 400; }
.rules td { line-height: 1.4; }
.rules tr { border-bottom: 1px solid var(--line); }
.kinds th:first-child { width: 16rem; }
@media screen and (min-width: 56rem) { .totals .n { width: 7.5rem; } .rules .n { width: 5rem; } }
@media screen and (max-width: 56rem) {
  .totals td:not(.n), .totals tbody th { flex: 1 0 100%; }
  .kinds tbody th { flex: 0 1 auto; }
  .kinds td.bars { flex: 1 0 40%; }
}
"""


def write_page(folder: Path) -> Path:
    """Write the page, whole or not at all, from `summary.json` and `run.json`; its path.

    Raises ReportError when they cannot be read, OSError when the page cannot be written.
    """
    try:
        totals = json.loads((folder / "summary.json").read_text("utf-8"))
        run = json.loads((folder / "run.json").read_text("utf-8"))
        values = _values(totals, run)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{folder}: pas de résultats lisibles ({error})") from error
    style = (templates_dir() / "report.css").read_text("utf-8") + _STYLE
    text = page_environment().get_template("bulk.html").render(
        **values, style=Markup(style), policy=f"default-src 'none'; style-src '{inline_digest(style)}'"
    )  # fmt: skip
    path = folder / PAGE
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, "utf-8", errors="replace")
    os.replace(temporary, path)
    return path


def _values(totals: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    sessions = run["sessions"]
    seconds = sum(s["seconds"] for s in sessions)
    judged = sum(s["files"] for s in sessions)
    files = totals["files"]
    return {
        "totals": totals,
        "roots": run["roots"],
        "sessions": sessions,
        "judged_with": run["judged_with"],
        "complete": bool(sessions) and sessions[-1]["ended"] == "complet",
        "started": _when(sessions[0]["start"]) if sessions else "",
        "seconds": seconds,
        "rate": _number(judged / seconds) if seconds else "0",
        "workers": _workers(sessions),
        "mean": _number(totals["elapsed_ms"] / files) if files else "0",
        "size": _size(totals["bytes"]),
        "labels": list(_VERDICTS.values()),
        "shares": [
            (*drawn, totals["verdicts"][name], _share(totals["verdicts"][name], files))
            for name, drawn in _VERDICTS.items()
        ],
        "kinds": [
            (kind, {drawn[0]: found[name] for name, drawn in _VERDICTS.items()})
            for kind, found in totals["kinds"].items()
        ],
        "rules": [_rule(r, files) for r in sorted(totals["rules"], key=lambda r: _SEVERE.index(r["severity"]))],
    }


def _rule(found: dict[str, Any], files: int) -> dict[str, Any]:
    """A rule that this version does not know, in a folder of another one, keeps the words of its first finding."""
    info = rules().get(found["rule"])
    return {
        **found,
        "label": words.SEVERITY[Severity(found["severity"])],
        "title": info.title if info else found["message"],
        "fix": info.fix if info else "",
        "source": info.source if info else "non précisée",
        "share": _share(found["files"], files),
    }


def _workers(sessions: list[dict[str, Any]]) -> str:
    last = sessions[-1] if sessions else {}
    if last.get("engine") == "dask":
        return "sur un cluster Dask"
    count = last.get("workers", 0)
    return f"{count} processus" if count else ""


def _share(count: int, files: int) -> str:
    return f"{_number(100 * count / files)} %" if files else "0 %"


def _number(value: float) -> str:
    """French: a comma, and no decimal where it says nothing."""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}".replace(".", ",")


def _size(size: float) -> str:
    for unit in ("octets", "Kio", "Mio", "Gio"):
        if size < 1024:
            return f"{_number(size)} {unit}"
        size /= 1024
    return f"{_number(size)} Tio"


def _when(text: str) -> str:
    return f"{datetime.fromisoformat(text):%d/%m/%Y à %H:%M:%S} UTC"
