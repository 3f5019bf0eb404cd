"""One IMAP connection: its states, and which function answers which command."""

from __future__ import annotations

import asyncio
import base64
import json
import unicodedata
from collections.abc import Awaitable, Callable

from rempart.simulators.mssante.client import HIDDEN, Client
from rempart.simulators.mssante.credentials import MECHANISMS, Outcome, decoded
from rempart.simulators.mssante.house import House
from rempart.simulators.mssante.imap import folders, grammar, messages
from rempart.simulators.mssante.imap.grammar import Command, ImapSyntax, TooBig
from rempart.simulators.mssante.imap.turn import GREETING, ImapTurn
from rempart.simulators.mssante.imap.view import View
from rempart.simulators.mssante.mailbox import Mailbox, MailboxError
from rempart.simulators.mssante.wire import Slow, TooLong, Wire

# -> the end of the tagged response (`OK …`), "" when it has gone already.
Answer = Callable[["ImapSession", Command], Awaitable[str]]
_EXTENSIONS = "IDLE UIDPLUS MOVE UNSELECT NAMESPACE QUOTA ID SPECIAL-USE"
_KEEPS_NUMBERS = ("FETCH", "STORE", "SEARCH")  # no EXPUNGE is sent while they are answered (RFC 3501, 7.4.1)


class ImapSession:
    """`run` speaks until the end of the session. Raises WireError when it does not end well."""

    def __init__(self, wire: Wire, house: House) -> None:
        self.client, self.house = Client(wire, house, "imap"), house
        self.view: View | None = None
        self.fetched: set[int] = set()  # messages already told of, by identity
        self._command: Command | None = None
        self._done = False
        self._commands = self._mistakes = 0

    async def run(self) -> None:
        await self.house.imap_behaviour(ImapTurn(self, GREETING))
        try:
            while not self._done:
                await self._next()
        except TooLong:
            await self.client.say("* BYE Ligne trop longue")
            raise
        except Slow:
            await self.client.say("* BYE Delai depasse")
            raise
        finally:
            self.leave_folder()

    async def _next(self) -> None:
        wire = self.client.wire
        self._commands += 1
        if self._commands > wire.limits.commands or self._mistakes > wire.limits.mistakes:
            return await self._bye("trop de commandes, ou d'erreurs, dans cette session")
        try:
            self._command = grammar.read(await grammar.receive(wire, self._hear, self._go_on, wire.limits.imap_idle))
            await self.house.imap_behaviour(ImapTurn(self, self._command.name))
        except TooBig as error:
            await self.client.say(f"{error.tag} NO [TOOBIG] Litteral trop grand")
        except ImapSyntax as error:
            self._mistakes += 1
            await self.client.say(f"{error.tag} BAD {_ascii(error.reason)}")
            if error.fatal:
                await self._bye(error.reason)

    def _hear(self, line: bytes) -> int:
        """The first line of a command has come: how many bytes its literals may have."""
        name = grammar.name_of(line)
        secret = name in ("LOGIN", "AUTHENTICATE")
        shown = b" ".join(line.split(b" ", 3)[: 3 if name == "AUTHENTICATE" else 2]) + f" {HIDDEN}".encode()
        self.client.journal.heard(shown if secret else line)
        self.client.verb(name)
        appending = name == "APPEND" and self.client.mailbox is not None
        return self.house.service.settings.max_size if appending else self.client.wire.limits.literal

    async def _go_on(self) -> None:
        await self.client.say("+ Envoyez")

    async def _bye(self, reason: str) -> None:
        self._done, self.client.journal.problem = True, reason
        await self.client.say(f"* BYE {_ascii(reason)}")

    # -- what a behaviour decides

    async def obey(self) -> None:
        command = self._command
        if command is None:
            return await self.client.say(f"* OK [CAPABILITY {self.capabilities()}] {self.house.host} MSSante simulee")
        known = _COMMANDS.get(command.name)
        try:
            if known is None:
                raise ImapSyntax("commande inconnue", command.tag)
            needs, answer = known
            if refusal := self._misplaced(needs):
                raise ImapSyntax(refusal, command.tag)
            said = await answer(self, command)
        except MailboxError as error:
            said = f"NO {f'[{error.code}] ' if error.code else ''}{_ascii(error.reason)}"
        except ImapSyntax as error:
            raise ImapSyntax(error.reason, command.tag) from error
        self._command = None
        await self.news(expunge=command.name not in _KEEPS_NUMBERS)
        if said:
            await self.client.say(f"{command.tag} {said}")

    async def reply(self, text: str) -> None:
        """In the place of the answer."""
        tag = "*" if self._command is None or text.startswith("BYE") else self._command.tag
        self._command = None
        self._done = self._done or text.startswith("BYE")
        await self.client.say(f"{tag} {text}")

    def _misplaced(self, needs: str) -> str:
        """Why a command cannot be given now, "" when it can."""
        if needs == "opened" and self.client.mailbox is None:
            return "authentification exigée"
        if needs == "selected" and self.view is None:
            return "aucun dossier n'est ouvert"
        if needs == "closed" and self.client.mailbox is not None:
            return "déjà authentifié"
        return ""

    # -- for commands

    @property
    def mailbox(self) -> Mailbox:
        """Of a client that has authenticated."""
        assert self.client.mailbox
        return self.client.mailbox

    @property
    def selected(self) -> View:
        """Of a client that has opened a folder."""
        assert self.view
        return self.view

    async def send(self, data: bytes) -> None:
        """An untagged response; what it carries of a message is not written down."""
        head, mark, _ = data.partition(b"}\r\n")
        self.client.journal.said(head + (mark and b"} [...]"))
        await self.client.wire.write(data + b"\r\n")

    async def news(self, *, expunge: bool = True) -> None:
        """What the client is owed of the open folder."""
        for line in self.view.updates(expunge=expunge) if self.view else ():
            await self.send(line)

    def leave_folder(self) -> None:
        if self.view:
            self.view.close()
        self.view = None

    def capabilities(self) -> str:
        if not self.client.protected and not self.client.in_clear:
            return "IMAP4rev1 STARTTLS LOGINDISABLED"
        if self.client.mailbox is None:
            return "IMAP4rev1 SASL-IR " + " ".join(f"AUTH={m}" for m in MECHANISMS)
        return f"IMAP4rev1 {_EXTENSIONS}"

    # -- commands of the session itself

    async def capability(self, command: Command) -> str:
        await self.client.say(f"* CAPABILITY {self.capabilities()}")
        return "OK CAPABILITY"

    async def noop(self, command: Command) -> str:
        return f"OK {command.name}"

    async def identify(self, command: Command) -> str:
        await self.client.say('* ID ("name" "Rempart")')
        return "OK ID"

    async def logout(self, command: Command) -> str:
        self._done = self.client.journal.closed_by_client = True
        self.leave_folder()
        await self.client.say("* BYE Au revoir")
        return "OK LOGOUT"

    async def starttls(self, command: Command) -> str:
        if self.client.protected or self.client.in_clear:
            raise ImapSyntax("STARTTLS n'est pas offert ici", command.tag)
        await self.client.say(f"{command.tag} OK Pret pour TLS")
        await self.client.secure(starttls=True)
        return ""

    async def login(self, command: Command) -> str:
        if len(command.arguments) != 2:
            raise ImapSyntax("LOGIN veut un identifiant et un mot de passe", command.tag)
        login, password = (grammar.text(a) for a in command.arguments)
        return self._opened(self.client.login(login, password))

    async def authenticate(self, command: Command) -> str:
        mechanism = grammar.text(command.arguments[0] if command.arguments else None).upper()
        if mechanism not in MECHANISMS:
            return "NO Mecanisme inconnu"
        if len(command.arguments) > 1:
            response = grammar.text(command.arguments[1]).encode("latin-1", "replace")
        else:
            response = await self._challenge("")
        if response == b"*":
            raise ImapSyntax("authentification abandonnée", command.tag)
        outcome = self.client.authenticate(mechanism, decoded(response))
        if outcome.mailbox is None and mechanism != "PLAIN":
            await self._challenge(json.dumps({"status": "401", "schemes": "bearer"}))
        return self._opened(outcome)

    async def _challenge(self, text: str) -> bytes:
        await self.client.say("+ " + base64.b64encode(text.encode()).decode())
        self.client.journal.heard(HIDDEN)
        return await self.client.wire.line()

    def _opened(self, outcome: Outcome) -> str:
        if not self.client.protected and not self.client.in_clear:
            self.client.mailbox = None
            return "NO [PRIVACYREQUIRED] STARTTLS exige"
        if outcome.mailbox is None:
            self._mistakes += 1
            return "NO [AUTHENTICATIONFAILED] Authentification refusee"
        return f"OK [CAPABILITY {self.capabilities()}] Authentifie"

    async def idle(self, command: Command) -> str:
        """Until DONE: the folder is told as it changes."""
        await self.client.say("+ en attente")
        wire = self.client.wire
        done = asyncio.ensure_future(wire.line(wire.limits.imap_idle))
        try:
            while not done.done():
                await self.news()
                changed = asyncio.ensure_future(self.view.news.wait()) if self.view else None
                await asyncio.wait({done, *([changed] if changed else [])}, return_when=asyncio.FIRST_COMPLETED)
                if changed:
                    changed.cancel()
        finally:
            done.cancel()
        line = done.result()
        self.client.journal.heard(line)
        if line.strip().upper() != b"DONE":
            raise ImapSyntax("DONE était attendu", command.tag)
        return "OK IDLE"


def _ascii(text: str) -> str:
    """IMAP text is ASCII."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


# Command -> what it needs (`closed`: nobody has authenticated yet), and who answers.
_COMMANDS: dict[str, tuple[str, Answer]] = {
    "CAPABILITY": ("", ImapSession.capability), "NOOP": ("", ImapSession.noop), "ID": ("", ImapSession.identify),
    "LOGOUT": ("", ImapSession.logout), "STARTTLS": ("closed", ImapSession.starttls),
    "LOGIN": ("closed", ImapSession.login), "AUTHENTICATE": ("closed", ImapSession.authenticate),
    "SELECT": ("opened", folders.select), "EXAMINE": ("opened", folders.select), "CREATE": ("opened", folders.create),
    "DELETE": ("opened", folders.delete), "SUBSCRIBE": ("opened", folders.subscribe),
    "UNSUBSCRIBE": ("opened", folders.subscribe), "LIST": ("opened", folders.listing),
    "LSUB": ("opened", folders.listing), "STATUS": ("opened", folders.status), "APPEND": ("opened", folders.append),
    "NAMESPACE": ("opened", folders.namespace), "GETQUOTA": ("opened", folders.quota),
    "GETQUOTAROOT": ("opened", folders.quota), "IDLE": ("opened", ImapSession.idle),
    "CHECK": ("selected", ImapSession.noop), "CLOSE": ("selected", folders.close),
    "UNSELECT": ("selected", folders.close), "EXPUNGE": ("selected", messages.expunge),
    "UID EXPUNGE": ("selected", messages.expunge), "SEARCH": ("selected", messages.search),
    "UID SEARCH": ("selected", messages.search), "FETCH": ("selected", messages.fetch),
    "UID FETCH": ("selected", messages.fetch), "STORE": ("selected", messages.store),
    "UID STORE": ("selected", messages.store), "COPY": ("selected", messages.copy),
    "UID COPY": ("selected", messages.copy), "MOVE": ("selected", messages.move),
    "UID MOVE": ("selected", messages.move),
}  # fmt: skip
