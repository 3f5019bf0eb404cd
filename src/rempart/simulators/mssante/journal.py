"""What one session said, line by line, and the record that checks read (`formats.mail.envelope.Session`).

Secrets are not kept: what authenticates is replaced by its length. Nor are messages, which are evidence of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rempart.formats.mail.envelope import Authentication, Fault, Protocol, Session, Tls

_MAX_LINES = 3_000
_MAX_LINE = 1_000
_MAX_VERBS = 2_000


@dataclass(slots=True, kw_only=True)
class Journal:
    """Of one connection; `fault`: what is wrong with the server on purpose."""

    protocol: Protocol
    fault: Fault = ""
    starttls: bool = False
    tls: Tls | None = None
    authentication: Authentication | None = None
    kind: str = ""
    address: str = ""
    sent: int = 0
    closed_by_client: bool = False
    clear: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    problem: str = ""  # why it ended, when it did not end well
    wanted: bool = False  # that end is of our doing
    _lines: list[str] = field(default_factory=list)
    _left: int = 0  # lines that were not kept

    def verb(self, name: str) -> None:
        """A command came."""
        known = self.verbs if self.tls else self.clear
        if len(known) < _MAX_VERBS:
            known.append(name[:40])

    def heard(self, line: bytes | str) -> None:
        self._keep("C: ", line)

    def said(self, data: bytes | str) -> None:
        for line in data.splitlines():
            self._keep("S: ", line)

    def note(self, text: str) -> None:
        self._keep("-- ", text)

    def _keep(self, mark: str, line: bytes | str) -> None:
        if len(self._lines) >= _MAX_LINES:
            self._left += 1
            return
        text = line.decode("utf-8", "backslashreplace") if isinstance(line, bytes) else line
        shown = text[:_MAX_LINE]
        if not shown.isprintable():
            shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown)
        self._lines.append(mark + shown + ("…" if len(text) > _MAX_LINE else ""))

    def negotiated(self, tls: Tls, *, starttls: bool) -> None:
        self.tls, self.starttls = tls, starttls
        group = f", {tls.group} ({tls.group_bits} bits)" if tls.group else ""
        client = f"certificat {tls.client.subject}, SHA-256 {tls.client.sha256}" if tls.client else "sans certificat"
        self.note(f"{tls.version} {tls.suite}{group}; {client}")

    def text(self) -> bytes:
        """The session as it is kept in evidence: `C:` the client, `S:` the server, `--` what is not on the wire."""
        left = [f"-- {self._left} ligne(s) de plus, non conservée(s)"] if self._left else []
        end = [f"-- {self.problem}"] if self.problem else []
        return "\n".join([*self._lines, *left, *end, ""]).encode()

    def session(self) -> Session:
        """What is known of it so far."""
        return Session(
            protocol=self.protocol,
            server=self.fault,
            starttls=self.starttls,
            tls=self.tls,
            clear=tuple(self.clear),
            commands=tuple(self.verbs),
            authentication=self.authentication,
            mailbox=self.kind if self.kind in ("APP", "ORG", "PER") else "",
            address=self.address,
            sent=self.sent,
            closed_by_client=self.closed_by_client,
        )
