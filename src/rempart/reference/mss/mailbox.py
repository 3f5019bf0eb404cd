"""Mails taken out of a mailbox by IMAP: STARTTLS, then who we are, then what is new (MSS/CONF.06, 12)."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from typing import Any

from rempart.reference.mss.failures import Distrusted, Outage, Refused
from rempart.reference.mss.submission import Account, bearer
from rempart.reference.mss.trust import Trust
from rempart.reference.mutation import Mutants

_LIMIT = 40 * 1024 * 1024  # of a mail, bytes
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxReader:
    """One connection, kept open; used by one thread at a time, but for `close`."""

    def __init__(
        self, host: str, port: int, account: Account, trust: Trust, mutants: Mutants, timeout: float = 10
    ) -> None:
        self._host, self._port, self._account, self._trust, self._timeout = host, port, account, trust, timeout
        self._mutants = mutants
        self._open: imaplib.IMAP4 | None = None

    def new(self) -> Iterator[tuple[bytes, bytes]]:
        """(UID, mail) of each mail not seen yet; `seen` says that it is taken care of. Raises Outage, Refused."""
        with self._faults():
            imap = self._connected()
            _ok(imap.noop())
            found = _ok(imap.uid("SEARCH", "UNSEEN"))
        for uid in (found[0] or b"").split():
            with self._faults():
                data = self._fetched(imap, uid.decode())
            if data is not None:
                yield uid, data

    def seen(self, uid: bytes) -> None:
        """It is kept here: it need not be there. Raises Outage."""
        with self._faults():
            imap = self._connected()
            _ok(imap.uid("STORE", uid.decode(), "+FLAGS.SILENT", "(\\Seen)"))

    def close(self) -> None:
        imap, self._open = self._open, None
        if imap is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                imap.shutdown()

    def _fetched(self, imap: imaplib.IMAP4, uid: str) -> bytes | None:
        sizes = _ok(imap.uid("FETCH", uid, "(RFC822.SIZE)"))
        size = _SIZE.search(sizes[0] or b"")
        if size and int(size[1]) > _LIMIT:
            return None
        parts = _ok(imap.uid("FETCH", uid, "(BODY.PEEK[])"))
        return next((bytes(p[1]) for p in parts if isinstance(p, tuple)), None)

    def _connected(self) -> imaplib.IMAP4:
        if self._open is None:
            imap = imaplib.IMAP4(self._host, self._port, self._timeout)
            try:
                if self._mutants.on("imap-identifiants-avant-tls"):
                    with contextlib.suppress(imaplib.IMAP4.error):
                        self._authenticate(imap)
                imap.starttls(self._trust.context())
                self._authenticate(imap)
                _ok(imap.select("INBOX"))
            except BaseException:
                with contextlib.suppress(OSError):
                    imap.shutdown()
                raise
            self._open = imap
        return self._open

    def _authenticate(self, imap: imaplib.IMAP4) -> None:
        a = self._account
        if a.token:
            imap.authenticate("XOAUTH2", lambda _: bearer(a.address, a.token).encode())
        else:
            imap.authenticate("PLAIN", lambda _: f"\0{a.address}\0{a.password}".encode())

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLError as error:
            self.close()
            raise Distrusted(f"TLS avec l'opérateur: {error.reason or error}") from error
        except (OSError, imaplib.IMAP4.abort) as error:
            self.close()
            raise Outage(f"boîte aux lettres: {type(error).__name__}: {error}") from error
        except imaplib.IMAP4.error as error:
            self.close()
            raise Refused("IMAP", str(error)) from error


def _ok(answer: tuple[str, Any]) -> Any:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{kind} {data}")
    return data
