"""Texts put into Markdown: what a candidate sends stays text, whatever it holds."""

from __future__ import annotations

import re

from rempart.reporting.messages import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~>@])")


def md(text: str, limit: int = 300) -> str:
    """One line, no markup, no HTML, nobody mentioned."""
    line = " ".join(visible(text).split())
    line = line if len(line) <= limit else f"{line[:limit]}…"
    return _SPECIAL.sub(r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;"))


def code(text: str, limit: int = 120) -> str:
    """An identifier or a location, as code."""
    line = " ".join(visible(text).split()).replace("`", "'").replace("|", "¦")
    return f"`{line[:limit]}`" if line else ""
