"""How a mail is known and answered: Message-ID, what a reply refers to, where an automatic mail says to write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import MailContext
from rempart.validation.mail.correspondents import SENT
from rempart.validation.mail.hypertext import text_of_html
from rempart.validation.mail.structure import MAIL
from rempart.validation.registry import finding, rule

# RFC 5322, 3.6.4: dot-atom-text @ dot-atom-text or a literal; quoted left parts, obsolete, are read too.
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
MESSAGE_ID = re.compile(rf'<(?:{_ATEXT}|"[^"\r\n]*")@(?:{_ATEXT}|\[[^\[\]\r\n]*\])>')
_COMMENT = re.compile(r"\A\s*\([^()]*\)|\([^()]*\)\s*\Z")  # CFWS, which may stand around it
_AUTOMATIC = re.compile(
    r"(?:génér|envoy|émis|produit|créé|transmi|adress)\w*"
    r"(?:\s+(?:de|façon|manière|par|une?|e|le|notre|système|logiciel|traitement|processus))*\s+automati"
    # An automaton also makes blood counts: it has to be the mail that comes from it.
    r"|(?:message|courriel|mail|e-mail)\b[^.!?\n]{0,40}?\b(?:génér|envoy|émis|produit|provien|issu)\w*"
    r"\s+(?:par\s+|d['’])un\s+(?:automate\b|robot\b|système\s+automati)"
    r"|\bauto-?génér"
    r"|(?:message|courriel|mail|e-mail|envoi)\s+(?:est\s+)?automati",
    re.IGNORECASE,
)
_SOFTWARE = re.compile(
    r"(?:^|[._-])(?:app|appli\w*|automate|robot|no-?reply|ne-?pas-?repondre)(?:[._-][^@]*)?@", re.IGNORECASE
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
# What a reply quotes is no word of who sends it.
_QUOTED = re.compile(
    r"^-{3,} ?(?:Message d['’]origine|Message transféré|Original Message)", re.IGNORECASE | re.MULTILINE
)
_END = 1000  # characters
_LAST_LINES = 6  # of the body, where the mention of automatic sending is looked for
# What establishments add under every mail stands after its last words.
_LEGAL = re.compile(r"confidentiel|destinataires? (?:exclusi|désigné)|avant d['’]imprimer", re.IGNORECASE)


@rule("MSS-014", families=MAIL)
def message_id(context: MailContext) -> Iterator[Finding]:
    """One identifier, of the form that others can quote."""
    found = context.source.first("Message-ID")
    if found is None or not found.value:
        yield context.find("MSS-014", "Message-ID", "Le courriel n'a pas de Message-ID", expected="<unique@domaine>")
    elif not MESSAGE_ID.fullmatch(_COMMENT.sub("", found.value).strip()):
        message = "Le Message-ID n'a pas la forme de la RFC 5322"
        yield context.find("MSS-014", "Message-ID", message, expected="<unique@domaine>")


@rule("MSS-015", families=SENT)
def reply(context: MailContext) -> Iterator[Finding]:
    """A reply names the mail that it answers, and ends its References with it."""
    if not context.is_reply:
        return
    expected = "le Message-ID du courriel d'origine"
    parents, references = (MESSAGE_ID.findall(context.source.value(n)) for n in ("In-Reply-To", "References"))
    for name, ids in (("In-Reply-To", parents), ("References", references)):
        if not ids:
            message = f"La réponse ne renseigne pas {name}"
            if context.source.first(name):
                message = f"{name} ne contient pas d'identifiant de courriel"
            yield context.find("MSS-015", name, message, expected=expected)
    own = context.source.value("Message-ID")
    if own and own in parents:
        yield context.find("MSS-015", "In-Reply-To", "Le courriel répond à lui-même", expected=expected)
    if parents and references:
        if parents[-1] not in references:
            message = "References ne contient pas le courriel auquel il est répondu"
            yield context.find("MSS-015", "References", message, expected=parents[-1])
        elif references[-1] not in parents:
            message = "References ne se termine pas par le courriel auquel il est répondu"
            yield context.find("MSS-015", "References", message, expected=parents[-1], severity=Severity.WARNING)


@rule("MSS-016", families=SENT)
def automatic(context: MailContext) -> Iterator[Finding]:
    """A mail from a BAL applicative says so at its end, with the mailbox to write to, which is its Reply-To.

    That software sent it is declared, or said by the mail itself. The name of the mailbox, or a Reply-To to another
    one, are no proof: they only warn.
    """
    reply_to = [a for _, a in context.source.addresses("Reply-To")]
    mention = _mention(context.text or text_of_html(context.html))
    submitted = context.source.value("Auto-Submitted").lower()
    declared = context.declared("MSS/va1.09", "MSS/va1.17", "MSS/va1.18") or submitted.startswith("auto-generated")
    elsewhere = bool(reply_to) and reply_to[0].lower() != context.sender.lower()
    if not (declared or mention or elsewhere or _SOFTWARE.search(context.sender)):
        return
    certain = declared or bool(mention)
    if not elsewhere:
        message = "Un courriel d'une BAL applicative indique par Reply-To la boîte d'une personne ou d'un service"
        if reply_to:
            message = "Reply-To renvoie à la BAL applicative elle-même"
        expected, severity = "une BAL personnelle ou organisationnelle", None if certain else Severity.WARNING
        yield context.find("MSS-016", "Reply-To", message, expected=expected, severity=severity)
    yield from _said_at_the_end(context, mention, reply_to, declared=declared)


def _said_at_the_end(context: MailContext, mention: str, reply_to: list[str], *, declared: bool) -> Iterator[Finding]:
    if not mention:
        message = "Le corps ne se termine pas par la mention d'un envoi automatique"
        if not declared:
            message += ": nécessaire s'il part d'une BAL applicative"
        severity = None if declared else Severity.WARNING
        expected = "généré automatiquement, avec l'adresse où écrire"
        actual = " ".join(context.text.split())[-100:]
        yield finding("MSS-016", "corps", message, expected=expected, actual=actual, severity=severity)
    elif not (found := _ADDRESS.findall(mention)):
        message = "La mention d'un envoi automatique ne donne pas d'adresse où écrire"
        yield finding("MSS-016", "corps", message, expected=", ".join(reply_to) or "une adresse", actual=mention)
    elif reply_to and not {a.lower() for a in reply_to} & {a.lower() for a in found}:
        message = "L'adresse donnée à la fin du corps n'est pas celle de Reply-To"
        yield finding("MSS-016", "corps", message, expected=" ou ".join(reply_to), actual=", ".join(found))


def _shortened(line: str) -> str:
    """Its two ends: the patterns above are quadratic."""
    return line if len(line) <= 2 * _END else f"{line[:_END]} {line[-_END:]}"


def _mention(text: str) -> str:
    """The last lines of the body, from the one that says that nobody wrote it; "" without it."""
    paragraphs = re.split(r"\n[ \t]*\n", _QUOTED.split(text)[0].rstrip())
    while len(paragraphs) > 1 and _LEGAL.search(paragraphs[-1]) and not _AUTOMATIC.search(_shortened(paragraphs[-1])):
        paragraphs.pop()
    own = [
        line for p in paragraphs[-_LAST_LINES:] for line in p.splitlines() if line.strip() and not line.startswith(">")
    ]
    lines = [_shortened(line) for line in own[-_LAST_LINES:]]
    joined = " ".join(lines)  # software cuts lines between any two words
    if (match := _AUTOMATIC.search(joined)) is None:
        return ""
    at = 0
    for line in lines:
        if at + len(line) > match.start():
            break
        at += len(line) + 1
    return joined[at:]
