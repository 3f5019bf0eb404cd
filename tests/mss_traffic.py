"""Traffic for the simulated operator: a quick client of submission, mails of any weight, and cuts at random points."""

from __future__ import annotations

import io
import random
import smtplib
import zipfile
from functools import cache

from rempart.formats import mail
from rempart.simulators import pki
from rempart.simulators.documents import first_version
from rempart.simulators.mails import compose, pack
from rempart.simulators.patients import patient
from rempart.simulators.pki import Pki

MARK = b"numero-0@charge.test-ci-sis.mssante.fr"


class Submitter:
    """One authenticated connection of SMTP. What it sends is ready for the wire: no dot to double."""

    def __init__(self, port: int, certificates: Pki, login: str, password: str, timeout: float = 60) -> None:
        self._client = smtplib.SMTP("localhost", port, timeout=timeout)
        self._client.starttls(context=pki.client_context(certificates, certificates.org_auth_cli))
        self._client.login(login, password)
        self.socket = self._client.sock
        self._lines = self.socket.makefile("rb")

    def say(self, line: str) -> bytes:
        """The reply to one command."""
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()

    def reply(self) -> bytes:
        """Raises ConnectionError when the server has gone."""
        line = self._lines.readline()
        if not line:
            raise ConnectionError("connection closed by the server")
        return line

    def begin(self, sender: str, to: str) -> bytes:
        """Up to the reply to DATA, or to the first command that is refused."""
        for line in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{to}>", "DATA"):
            said = self.say(line)
            if said[:1] not in b"23":
                return said
        return said

    def send(self, sender: str, to: str, data: bytes) -> bytes:
        """The last reply."""
        said = self.begin(sender, to)
        if not said.startswith(b"354"):
            return said
        self.socket.sendall(data)
        self.socket.sendall(b".\r\n")
        return self.reply()

    def close(self) -> None:
        self._lines.close()
        self._client.close()


@cache
def _model(kb: int) -> bytes:
    """A mail whose archive weighs about `kb` kB: a document, and an image that does not compress."""
    dominique = patient("Dominique PAT-TROIS", "1")
    version = first_version(dominique)
    archive = io.BytesIO(pack([version]))
    with zipfile.ZipFile(archive, "a") as opened:
        weight = max(0, kb * 1000 - len(archive.getvalue()))
        opened.writestr("IHE_XDM/SUBSET01/IMAGE.JPG", random.Random(1).randbytes(weight))
    sent = compose(dominique, [version], archive=archive.getvalue(), message_id=f"<{MARK.decode()}>")
    assert b"\r\n." not in sent.message
    assert mail.read(sent.message).archive
    return sent.message


def prepared(message_id: str, kb: int) -> bytes:
    """That mail under its own identifier."""
    return _model(kb).replace(MARK, f"{message_id}@charge.test-ci-sis.mssante.fr".encode(), 1)
