"""Rempart: conformance harness for the REM of the Ségur du numérique en santé, wave 2, hospital."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("rempart")
except PackageNotFoundError:  # pragma: no cover - a checkout on sys.path, never installed
    __version__ = "0+unknown"
