"""The `http` driver: `GET /` describes, `POST /actions/NAME` acts (docs/driver-openapi.json)."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from rempart.candidate.deadline import within
from rempart.candidate.driver import Raw
from rempart.candidate.errors import (
    ActionNotOffered,
    CandidateGarbage,
    CandidateSlow,
    CandidateUnreachable,
)

MAX_ANSWER = 64 * 1024 * 1024
_CONNECT = 5.0
_NOT_OFFERED = (404, 501)


class HttpTransport:
    """`url` may be None for a candidate that announces it (`start`) and did not: CandidateUnreachable."""

    name = "http"

    def __init__(self, url: str | None, headers: Mapping[str, str] | None = None, timeout: float = 30) -> None:
        if url is None:
            raise CandidateUnreachable("le programme du candidat n'a pas annoncé l'adresse de son pilote http")
        self.peer, self._timeout = url.rstrip("/"), timeout
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        self._session = requests.Session()
        self._session.trust_env = False

    def describe(self) -> Raw:
        return self._request("GET", f"{self.peer}/", None)

    def send(self, action: str, body: bytes) -> Raw:
        try:
            return self._request("POST", f"{self.peer}/actions/{action}", body)
        except _Refused as refused:
            if refused.status in _NOT_OFFERED:
                raise ActionNotOffered(action, refused.received) from None
            raise

    def close(self) -> None:
        self._session.close()

    def _request(self, method: str, url: str, body: bytes | None) -> Raw:
        try:
            # requests bounds each read of the socket, not their sum: a byte a second would never end.
            status, data = within(self._timeout, lambda: self._exchange(method, url, body))
        except (TimeoutError, requests.Timeout):
            raise CandidateSlow(f"pas de réponse complète de {url} en {self._timeout:g} s") from None
        except requests.ConnectionError as error:
            raise CandidateUnreachable(f"{url} injoignable: {_cause(error)}") from error
        except requests.RequestException as error:
            raise CandidateGarbage(f"réponse HTTP illisible de {url}: {_cause(error)}") from error
        if status != 200:
            raise _Refused(status, url, data)
        return Raw(data, f"{method} {url}: HTTP {status}")

    def _exchange(self, method: str, url: str, body: bytes | None) -> tuple[int, bytes]:
        headers = {**self._headers, "Content-Type": "application/json"} if body is not None else self._headers
        times = (min(_CONNECT, self._timeout), self._timeout)
        with self._session.request(
            method, url, data=body, headers=headers, timeout=times, stream=True, allow_redirects=False
        ) as response:
            data = bytearray()
            for chunk in response.iter_content(1 << 16):
                data += chunk
                if len(data) > MAX_ANSWER:
                    raise CandidateGarbage(f"réponse de {url} au-delà de {MAX_ANSWER} octets", bytes(data[:1000]))
            return response.status_code, bytes(data)


class _Refused(CandidateGarbage):
    def __init__(self, status: int, url: str, data: bytes) -> None:
        shown = data[:200].decode("utf-8", "replace").strip()
        super().__init__(f"{url} répond HTTP {status}" + (f": {shown}" if shown else ""), data)
        self.status = status


def _cause(error: BaseException) -> str:
    """The innermost reason: requests wraps the system's error three times."""
    inner: BaseException = error
    while isinstance(following := inner.__cause__ or inner.__context__, BaseException):
        inner = following
    return getattr(inner, "strerror", None) or str(inner)
