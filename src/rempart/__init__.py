"""Rempart: conformance harness for the REM of the Ségur du numérique en santé, wave 2, hospital."""

from __future__ import annotations

__version__: str


def __getattr__(name: str) -> str:
    """`__version__`, read when it is asked for: looking into the installation is slow, and judging a file needs none.

    AttributeError for any other name.
    """
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("rempart")
    except PackageNotFoundError:  # pragma: no cover - a checkout on sys.path, never installed
        found = "0+unknown"
    globals()["__version__"] = found
    return found
