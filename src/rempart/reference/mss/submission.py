"""One mail handed to the operator by SMTP: STARTTLS, then who we are, then the mail (MSS/CONF.05 and 12)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass

from rempart.reference.mss.failures import Distrusted, Outage, Refused
from rempart.reference.mss.trust import Trust
from rempart.reference.mutation import Mutants

# In EHLO, an address literal (RFC 5321, 4.1.3). smtplib would ask the DNS for the name of this machine before each
# mail, and wait for one that does not answer.
_OURSELVES = "[127.0.0.1]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A mailbox of the operator: its address, and the secret of SASL PLAIN, or a bearer token for XOAUTH2."""

    address: str
    password: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """`receipt`: a delivery status notification is wanted for each recipient (RFC 3461), under `identifier`.
    `notification`: nothing is to come back of it (RFC 8098, 3)."""

    recipients: tuple[str, ...]
    receipt: bool = False
    identifier: str = ""
    notification: bool = False


class Submission:
    """Used by one thread at a time."""

    def __init__(
        self, host: str, port: int, account: Account, trust: Trust, mutants: Mutants, timeout: float = 10
    ) -> None:
        """`timeout` in seconds, for each exchange with the operator."""
        self._host, self._port, self._account, self._trust = host, port, account, trust
        self._mutants, self._timeout = mutants, timeout

    def send(self, message: bytes, envelope: Envelope) -> str:
        """What the operator answered once it had the mail. Raises Outage, Refused."""
        given = False
        try:
            with smtplib.SMTP(self._host, self._port, _OURSELVES, timeout=self._timeout) as smtp:
                self._enter(smtp)
                self._address(smtp, message, envelope)
                given = True  # from here on, nobody knows what the operator has kept
                code, text = smtp.data(message)
                _ok(code, text)
                return f"{code} {text.decode('utf-8', 'replace')}"
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code, error.smtp_error) from error
        except ssl.SSLError as error:  # before OSError, which it is
            raise Distrusted(f"TLS avec l'opérateur: {error.reason or error}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Outage(f"opérateur MSSanté: {type(error).__name__}: {error}", unsure=given) from error

    def _enter(self, smtp: smtplib.SMTP) -> None:
        """TLS, then authentication: in this order, so that no secret goes in clear."""
        smtp.ehlo()
        if self._mutants.on("identifiants-avant-tls"):
            self._authenticate(smtp)
        elif not smtp.has_extn("starttls"):
            raise Distrusted("l'opérateur n'offre pas STARTTLS")
        if not self._mutants.on("sans-tls"):
            smtp.starttls(context=self._trust.context())
            smtp.ehlo()
        self._authenticate(smtp)

    def _authenticate(self, smtp: smtplib.SMTP) -> None:
        a = self._account
        smtp.user, smtp.password = a.address, a.password
        if a.token:
            smtp.auth("XOAUTH2", lambda challenge=None: bearer(a.address, a.token) if challenge is None else "")
        else:
            smtp.auth("PLAIN", smtp.auth_plain)

    def _address(self, smtp: smtplib.SMTP, message: bytes, envelope: Envelope) -> None:
        receipts = envelope.receipt and smtp.has_extn("dsn")
        options = [f"SIZE={len(message)}"] if smtp.has_extn("size") else []
        options += ["RET=HDRS", f"ENVID={envelope.identifier}"] if receipts else []
        _ok(*smtp.mail("" if envelope.notification else self._account.address, options))
        for recipient in envelope.recipients:
            wanted = ["NOTIFY=SUCCESS,FAILURE", f"ORCPT=rfc822;{recipient}"] if receipts else []
            _ok(*smtp.rcpt(recipient, wanted))


def bearer(address: str, token: str) -> str:
    """The response of SASL XOAUTH2."""
    return f"user={address}\1auth=Bearer {token}\1\1"


def _ok(code: int, text: bytes) -> None:
    """Raises Outage on a refusal of the moment, Refused on one for good."""
    if code >= 400:
        raise _answered(code, text)


def _answered(code: int, text: bytes | str) -> Outage | Refused:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if code < 500:
        return Outage(f"l'opérateur répond {code} {said}")
    return Refused(str(code), said)
