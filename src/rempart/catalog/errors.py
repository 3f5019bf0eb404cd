"""CatalogError: the catalogue or a feature file cannot be read; every mistake at once, each with its file and line."""

from __future__ import annotations


class CatalogError(Exception):
    """`problems` are French lines, `ins.yaml:12: …`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
