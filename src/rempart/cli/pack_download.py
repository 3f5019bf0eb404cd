"""Fetching the archive of a pack: the only part of packs that reaches the network, bounded in time and size."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

CONNECT, READ = 15.0, 60.0  # seconds
TOTAL = 1800.0
MAX_ARCHIVE = 1024 * 1024 * 1024  # bytes
_CHUNK = 256 * 1024


class DownloadError(ValueError):
    """The archive could not be fetched; the message (French) says from where and why."""


def is_address(text: str) -> bool:
    return urlsplit(text).scheme in ("http", "https")


def download(address: str, target: Path) -> None:
    """Write what is at `address` to `target`. DownloadError when there is no network, no such file, or too much."""
    import requests  # on demand: the other commands need none of it

    deadline = time.monotonic() + TOTAL
    session = requests.Session()
    session.trust_env = False  # REQUESTS_CA_BUNDLE and ~/.netrc are not for this
    try:
        with session.get(address, stream=True, timeout=(CONNECT, READ)) as answer, target.open("wb") as output:
            if answer.status_code != requests.codes.ok:
                raise DownloadError(f"{address} répond {answer.status_code} {answer.reason}")
            size = 0
            for chunk in answer.iter_content(_CHUNK):
                size += len(chunk)
                if size > MAX_ARCHIVE or time.monotonic() > deadline:
                    limit = f"{MAX_ARCHIVE // 1024 // 1024} Mio ou {TOTAL:g} s"
                    raise DownloadError(f"{address}: téléchargement abandonné au-delà de {limit}")
                output.write(chunk)
    except requests.RequestException as error:
        reason = type(error).__name__
        advice = "hors ligne, donnez une copie du dépôt: --from DOSSIER ou --from ARCHIVE.zip"
        raise DownloadError(f"{address} n'a pas pu être téléchargé ({reason}); {advice}") from error
