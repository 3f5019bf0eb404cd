"""`results.parquet` (one row per file) and `findings.parquet` (one per finding), written by row groups."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

FILES, FINDINGS = "results.parquet", "findings.parquet"
_ROWS = 20_000  # of a row group
_FILE_COLUMNS = {
    "path": "string", "kind": "string", "verdict": "string", "edition": "string", "reason": "string",
    "validators": "string", "errors": "int64", "warnings": "int64", "infos": "int64", "elapsed_ms": "float64",
    "size": "int64", "mtime_ns": "int64",
}  # fmt: skip
_FINDING_COLUMNS = {
    "path": "string", "rule": "string", "severity": "string", "origin": "string", "location": "string",
    "message": "string", "expected": "string", "actual": "string", "source": "string", "edition": "string",
    "offset": "int64", "length": "int64", "count": "int64",
}  # fmt: skip


class Tables:
    """Both files, whole when they are closed; under another name until then."""

    def __init__(self, folder: Path) -> None:
        self._files = _Table(folder / FILES, _FILE_COLUMNS)
        self._findings = _Table(folder / FINDINGS, _FINDING_COLUMNS)

    def add(self, line: dict[str, Any]) -> None:
        findings = line["findings"]
        count = {s: sum(f["count"] for f in findings if f["severity"] == s) for s in ("error", "warning", "info")}
        row = {
            **line, **line["file"], "validators": ", ".join(line["validators"]),
            "errors": count["error"], "warnings": count["warning"], "infos": count["info"],
        }  # fmt: skip
        self._files.add([row])
        self._findings.add({**f, "path": line["path"]} for f in findings)

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for table in (self._files, self._findings):
            table.close(keep=kind is None)


class _Table:
    def __init__(self, path: Path, columns: dict[str, str]) -> None:
        import pyarrow
        import pyarrow.parquet

        self._arrow: Any = pyarrow
        self._path, self._temporary = path, path.with_suffix(".tmp")
        self._schema = pyarrow.schema([(n, pyarrow.type_for_alias(t)) for n, t in columns.items()])
        self._writer: Any = pyarrow.parquet.ParquetWriter(self._temporary, self._schema, compression="zstd")
        self._columns: dict[str, list[Any]] = {name: [] for name in columns}
        self._rows = 0

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            for name, values in self._columns.items():
                value = row[name]
                values.append(_text(value) if isinstance(value, str) else value)
            self._rows += 1
        if self._rows >= _ROWS:
            self._flush()

    def close(self, *, keep: bool) -> None:
        if keep:
            self._flush()
        self._writer.close()
        if keep:
            os.replace(self._temporary, self._path)
        else:
            self._temporary.unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.table(self._columns, schema=self._schema))
            self._columns = {name: [] for name in self._columns}
            self._rows = 0


def _text(value: str) -> str:
    """A file name that is no text, escaped: Parquet holds UTF-8 only."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if not value.isascii() else value
