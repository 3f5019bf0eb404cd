"""One SMTP connection: commands in their order, one mail after the other, each kept before it is answered."""

from __future__ import annotations

import base64
import json
import re

from rempart.simulators.mssante.client import HIDDEN, Client
from rempart.simulators.mssante.credentials import MECHANISMS, decoded
from rempart.simulators.mssante.house import House
from rempart.simulators.mssante.smtp.parameters import Refusal, read_mail, read_recipient
from rempart.simulators.mssante.smtp.transaction import Transaction
from rempart.simulators.mssante.smtp.turn import Stage, Turn
from rempart.simulators.mssante.wire import Slow, TooLong, Wire, WireError

_ORDER = "503 5.5.1 Commande hors sequence"
_NAME = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")


class SmtpSession:
    """`run` speaks until the end of the session. Raises WireError when it does not end well."""

    def __init__(self, wire: Wire, house: House) -> None:
        self.client, self.house = Client(wire, house, "smtp"), house
        self._name = ""  # that the client gives itself
        self._mail: Transaction | None = None
        self._stage: Stage | None = None  # what is being decided
        self._address = self._said = ""  # the recipient of the moment, the last reply
        self._done = False
        self._mistakes = self._commands = 0
        self._verbs = {
            "EHLO": self._ehlo, "HELO": self._ehlo, "STARTTLS": self._starttls, "AUTH": self._auth, "MAIL": self._from,
            "RCPT": self._to, "DATA": self._data, "RSET": self._rset, "NOOP": self._noop, "QUIT": self._quit,
            "VRFY": self._vrfy,
        }  # fmt: skip

    @property
    def sender(self) -> str:
        return self._mail.sender.address if self._mail else ""

    @property
    def mail(self) -> str:
        return self._mail.queue if self._mail else ""

    async def run(self) -> None:
        await self._decide("greeting")
        try:
            while not self._done:
                await self._command()
        except TooLong:
            await self.client.say("500 5.5.2 Ligne ou message beaucoup trop long")
            raise
        except Slow:
            await self.client.say("421 4.4.2 Delai depasse")
            raise
        finally:
            self._forget()

    async def _command(self) -> None:
        line = (await self.client.wire.line()).decode("latin-1")
        word, _, argument = line.partition(" ")
        verb = word.upper().strip()
        hidden = verb == "AUTH" and argument.count(" ")
        self.client.journal.heard(f"{word} {argument.split(' ')[0]} {HIDDEN}" if hidden else line)
        self.client.verb(verb if verb in self._verbs else verb[:10])
        self._commands += 1
        if self._commands > self.client.wire.limits.commands:
            await self._leave("421 4.7.0 Trop de commandes dans cette session")
        elif verb in self._verbs:
            await self._verbs[verb](argument.strip())
        else:
            await self.answer("500 5.5.1 Commande inconnue")

    async def answer(self, text: str) -> None:
        """The reply to the command of the moment; too many refusals end the session."""
        self._said = text
        if self._stage == "message" and self._mail:
            self._mail.conclude(text)
        await self.client.say(text)
        self._mistakes += text.startswith("5")
        if text.startswith("421"):
            self._done = True
        elif self._mistakes > self.client.wire.limits.mistakes:
            await self._leave("421 4.7.0 Trop d'erreurs dans cette session")

    async def _leave(self, text: str) -> None:
        self._done = True
        self.client.journal.problem = text
        await self.client.say(text)

    # -- what a behaviour decides

    async def obey(self, stage: Stage) -> None:
        if stage == "greeting":
            await self.client.say(f"220 {self.house.host} ESMTP MSSante simulee")
        elif stage == "recipient":
            await self._take_recipient()
        elif stage == "data":
            await self.receive()
        else:
            await self._take_message()

    async def _take_recipient(self) -> None:
        assert self._mail
        if len(self._mail.recipients) >= self.client.wire.limits.recipients:
            await self.answer("452 4.5.3 Trop de destinataires")
        else:
            size = self._mail.sender.size
            await self.answer(self.house.post.refusal(self._address, size) or "250 2.1.5 OK")

    async def receive(self, cut_at: int | None = None) -> None:
        """DATA: the message comes, is kept, and only then decided upon."""
        assert self._mail
        await self.client.say("354 Envoyez, terminez par <CRLF>.<CRLF>")
        limit = self.house.service.settings.max_size
        try:
            data = await self.client.wire.message(limit, cut_at)
        except WireError as error:
            self._mail.keep_beginning(error.received, error.reason)
            raise
        if data is None:
            self._mail.reply = f"552 5.3.4 Courriel de plus de {limit} octets"
            return await self.answer(self._mail.reply)
        self._mail.keep(data)
        await self._decide("message")

    def take(self) -> None:
        assert self._mail
        self._mail.deliver()

    async def _take_message(self) -> None:
        self.take()
        assert self._mail
        await self.answer(f"250 2.0.0 Accepte sous {self._mail.queue}")

    async def wait_for_the_end(self) -> None:
        self._forget()
        while True:
            await self.client.wire.line()

    # -- commands

    async def _ehlo(self, argument: str) -> None:
        if not _NAME.fullmatch(argument):
            return await self.answer("501 5.5.4 Nom attendu")
        self._forget()
        self._name = argument
        offered = [
            f"{self.house.host} bonjour", "PIPELINING", f"SIZE {self.house.service.settings.max_size}", "8BITMIME",
            "ENHANCEDSTATUSCODES", "DSN",
        ]  # fmt: skip
        if not self.client.protected and not self.client.in_clear:
            offered.append("STARTTLS")
        elif self.client.mailbox is None:
            offered.append(f"AUTH {' '.join(MECHANISMS)}")
        lines = [f"250-{o}" for o in offered[:-1]] + [f"250 {offered[-1]}"]
        await self.client.say("\r\n".join(lines))

    async def _starttls(self, argument: str) -> None:
        if argument:
            await self.answer("501 5.5.4 STARTTLS n'a pas de parametre")
        elif self.client.protected:
            await self.answer(_ORDER)
        elif self.client.in_clear:
            await self.answer("502 5.5.1 STARTTLS non offert")
        else:
            await self.client.say("220 2.0.0 Pret pour TLS")
            await self.client.secure(starttls=True)
            self._forget()
            self._name = ""

    async def _auth(self, argument: str) -> None:
        mechanism, _, initial = argument.partition(" ")
        mechanism = mechanism.upper()
        if not self._name or self._mail or self.client.mailbox:
            return await self.answer(_ORDER)
        if mechanism not in MECHANISMS:
            return await self.answer("504 5.5.4 Mecanisme inconnu")
        response = initial.strip().encode("latin-1")
        if not response:
            response = await self._challenge("")
        if response == b"*":
            return await self.answer("501 5.7.0 Authentification abandonnee")
        outcome = self.client.authenticate(mechanism, decoded(response))
        if not self.client.protected and not self.client.in_clear:
            self.client.mailbox = None
            await self.answer("538 5.7.11 Chiffrement exige avant l'authentification")
        elif outcome.mailbox:
            await self.answer("235 2.7.0 Authentifie")
        else:
            if mechanism != "PLAIN":
                await self._challenge(json.dumps({"status": "401", "schemes": "bearer"}))
            await self.answer("535 5.7.8 Authentification refusee")

    async def _challenge(self, text: str) -> bytes:
        await self.client.say("334 " + base64.b64encode(text.encode()).decode())
        self.client.journal.heard(HIDDEN)
        return await self.client.wire.line()

    async def _from(self, argument: str) -> None:
        if not self._name or self._mail:
            return await self.answer(_ORDER)
        if not self.client.protected and not self.client.in_clear:
            return await self.answer("530 5.7.0 STARTTLS exige")
        if self.client.mailbox is None:
            return await self.answer("530 5.7.0 Authentification exigee")
        try:
            sender = read_mail(argument)
        except Refusal as refusal:
            return await self.answer(refusal.reply)
        self._mail = Transaction(self.client, self.house, sender, self._name)
        if reply := self._unwelcome(sender.address, sender.size):
            self._mail.reply = reply
            self._forget()
        await self.answer(reply or "250 2.1.0 OK")

    def _unwelcome(self, address: str, size: int) -> str:
        """Why nothing is taken from this sender, "" when it may go on. The null return path is that of an MDN."""
        service, mailbox = self.house.service, self.client.mailbox
        assert mailbox
        if service.settings.own_sender and address.lower() not in ("", mailbox.address.lower()):
            return "553 5.7.1 L'expediteur n'est pas la boite authentifiee"
        if size > service.settings.max_size:
            return f"552 5.3.4 Courriel de plus de {service.settings.max_size} octets"
        quota = service.settings.quota
        if quota is not None and service.submitted.get(mailbox.address, 0) >= quota:
            return "450 4.7.1 Trop de courriels, reessayez plus tard"
        return ""

    async def _to(self, argument: str) -> None:
        if self._mail is None:
            return await self.answer(_ORDER)
        try:
            recipient = read_recipient(argument)
        except Refusal as refusal:
            return await self.answer(refusal.reply)
        await self._decide("recipient", recipient.address)
        self._mail.answered(recipient, self._said)

    async def _data(self, argument: str) -> None:
        if self._mail is None or argument:
            await self.answer(_ORDER)
        elif not self._mail.recipients:
            await self.answer("554 5.5.1 Aucun destinataire accepte")
        else:
            await self._decide("data")
            self._forget()

    async def _decide(self, stage: Stage, address: str = "") -> None:
        self._stage, self._address, self._said = stage, address, ""
        await self.house.behaviour(Turn(self, stage, address))
        self._stage = None

    async def _rset(self, argument: str) -> None:
        self._forget()
        await self.answer("250 2.0.0 OK")

    async def _noop(self, argument: str) -> None:
        await self.answer("250 2.0.0 OK")

    async def _vrfy(self, argument: str) -> None:
        await self.answer("252 2.1.5 Non verifie, essayez d'envoyer")

    async def _quit(self, argument: str) -> None:
        self._done = self.client.journal.closed_by_client = True
        await self.client.say("221 2.0.0 Au revoir")

    def _forget(self) -> None:
        """The mail of the moment is over; steps hear of one that never came whole."""
        mail, self._mail = self._mail, None
        if mail:
            mail.end()
