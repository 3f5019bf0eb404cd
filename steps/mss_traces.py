"""What the PFI traces of its mailbox, and the proofs of reception that it keeps."""

from __future__ import annotations

from typing import NamedTuple

from pytest_bdd import then

from rempart.formats.mail.source import read_head
from steps._words import WHO, phrase


class Receipt(NamedTuple):
    """The status that a recipient gets by it, and beginnings of words by which its trace is known."""

    status: str
    words: list[str]


TRACED, COMPLETE, PROOF, STORY = "REM-204", "REM-205", "REM-206", "REM-207"
ANSWERS = {"cet envoi": "250", "ce premier essai, que l'opérateur a refusé,": "451"}
RECEIPTS = {
    "reçu": Receipt("delivered", ["accusé", "DSN"]),
    "lu": Receipt("read", ["lecture", "MDN", "displayed"]),
}
SENDING = ["envo", "émi", "expédi", "SMTP"]
RECEIVED, HANDED = ["reçu", "réception", "relev"], ["remis", "remise", "transmi", "MDM"]
SAID = {"son accord": ["AA", "CA", "accept", "accord"], "son refus": ["AE", "AR", "refus", "rejet", "erreur"]}


def traces(pfi, about, seconds, *more):
    """The traces, once one of them names `about` and holds one of each of `more`, or time is over."""

    def told(answer):
        said = [" ".join(str(v) for v in t.model_dump().values()) for t in answer.traces]
        said = [s for s in said if about.strip("<>") in s]
        return bool(said) and all(any(word in s for s in said for word in words) for words in more)

    return pfi.settled(told, seconds, "read_traces").exchange


def message_id(sent):
    return read_head(sent.message).value("Message-ID")


@then("la PFI trace l'envoi de ce courriel")
def sending_traced(pfi, sent_mail, judge, deadlines):
    about = message_id(sent_mail)
    told = traces(pfi, about, deadlines.acknowledgement, SENDING)
    judge.check("mss.traced", told, about=about, words=[SENDING], rule=TRACED)


@then("la PFI trace la réception du courriel et l'envoi de l'accusé")
def reception_traced(pfi, mail, notification, judge, deadlines):
    for about, words in ((mail.message_id, RECEIVED), (message_id(notification), SENDING)):
        told = traces(pfi, about, deadlines.acknowledgement, words)
        judge.check("mss.traced", told, about=about, words=[words], rule=TRACED)


@then(phrase("la trace de {which:Attempt} est complète", Attempt=ANSWERS))
def trace_complete(pfi, sent_mail, which, judge, deadlines):
    about = message_id(sent_mail)
    told = traces(pfi, about, deadlines.acknowledgement, [which])
    at = sent_mail.exchange.time.isoformat()
    judge.check("mss.trace", told, about=about, words=SENDING, answer=which, at=at, rule=COMPLETE)


@then("la trace de ce refus est complète")
def refusal_trace_complete(pfi, refused_mail, judge, deadlines):
    """A mail refused before it came has no Message-ID that the harness knows: the recipient names its trace."""
    about = refused_mail.message_id or refused_mail.envelope.rcpt_to[0]
    answer, at = refused_mail.reply[:3], refused_mail.exchange.time.isoformat()
    told = traces(pfi, about, deadlines.silence, [answer])
    judge.check("mss.trace", told, about=about, words=SENDING, answer=answer, at=at, rule=COMPLETE)


def shown(pfi, unique_id, address, status, seconds):
    """What the PFI shows of the sending, once this recipient has this status or time is over."""

    def there(answer):
        return any(c.recipient == address and c.status == status for c in answer.channels)

    return pfi.settled(there, seconds, "get_received_document", unique_id=unique_id).exchange


@then(phrase("la PFI montre que le professionnel l'a {receipt:Receipt}", Receipt=RECEIPTS))
def proof_shown(pfi, handed, subject, receipt, judge, deadlines):
    address, seconds = WHO["professionnel"].address(subject), deadlines.business_acknowledgement
    held = shown(pfi, handed.delivery.unique_id, address, receipt.status, seconds)
    judge.expect(held, f"channels[recipient={address}].status", equals=receipt.status, rule=PROOF)


@then(phrase("elle garde la preuve qu'il l'a {receipt:Receipt}", Receipt=RECEIPTS))
def proof_kept(pfi, sent_mail, receipt, judge, deadlines):
    about = message_id(sent_mail)
    told = traces(pfi, about, deadlines.acknowledgement, receipt.words)
    judge.check("mss.traced", told, about=about, words=[receipt.words], rule=PROOF)


@then(phrase("l'histoire de ce document dit sa réception, sa remise au DPI et {said:Said}", Said=SAID))
def story_kept(pfi, mail, said, judge, deadlines):
    about = mail.versions[0].document.unique_id
    told = traces(pfi, about, deadlines.business_acknowledgement, HANDED)
    judge.check("mss.traced", told, about=about, words=[RECEIVED, HANDED], rule=STORY)
    judge.check("mss.traced", told, about=about, words=[said], part="answer", rule=STORY)
