"""The PFI and the operator of MSSanté: each mail once, whatever happens, and what comes in is answered for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from reference.people import document, someone
from reference.refproc import Reference, running
from reference.test_reference_pfi import HODA, courriel, order

from rempart.evidence.store import EvidenceStore
from rempart.formats import mail
from rempart.formats.hl7v2 import Message
from rempart.reference.mss.connect import connect
from rempart.reference.mss.failures import MailFailure, Outage, Refused
from rempart.reference.mss.mailbox import MailboxReader
from rempart.reference.mss.submission import Envelope, Submission
from rempart.reference.mutation import Mutants
from rempart.reference.settings import MAILBOX, PFI, Settings
from rempart.simulators import pki
from rempart.simulators.mssante import SimulatedOperator
from rempart.simulators.mssante.behaviours import obey_and_hang_up, refuse, then_obey

TO_HODA = {"DESTMSSANTEPS": True, "INVISIBLE_PATIENT": True, "ACK_RECEPTION": True, "ACK_LECTURE_MSS": True}
WAIT = 10.0
FAULTS = ("clear-text", "old-tls", "weak-suite", "weak-group", "foreign-issuer", "expired", "revoked")
MAIL = (
    f"From: CHU-X <{MAILBOX}>\r\nTo: {HODA.address}\r\nMessage-ID: <1@test-ci-sis.mssante.fr>\r\n"
    "Subject: essai\r\n\r\nbonjour\r\n"
).encode()


@dataclass
class Scene:
    """An operator, and how a client of it is made."""

    operator: SimulatedOperator
    folder: Path

    def settings(self, **more: str) -> Settings:
        at = self.operator.addresses
        place = {"mail_host": at.host, "smtp_port": at.smtp, "imap_port": at.imap, "crl_url": at.crl}
        return Settings(dispositif=PFI, certificates=str(self.folder), **place, **more)

    def client(self, *mutants: str, **more: str) -> tuple[Submission, MailboxReader]:
        made = connect(self.settings(**more), Mutants(frozenset(mutants)))
        assert made
        return made

    def options(self) -> list[str]:
        at = self.operator.addresses
        where = ["--mail-host", at.host, "--smtp-port", str(at.smtp), "--imap-port", str(at.imap)]
        return [*where, "--crl-url", at.crl, "--certificates", str(self.folder)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("mssante")
    certificates = pki.make(folder / "pki", ("localhost", "127.0.0.1"))
    with SimulatedOperator(EvidenceStore(folder / "evidence").record, certificates=certificates) as operator:
        yield Scene(operator, folder / "pki")


@pytest.fixture
def scene(opened: Scene) -> Scene:
    opened.operator.reset()
    return opened


@pytest.fixture
def pfi(scene: Scene) -> Iterator[Reference]:
    with running("pfi", *scene.options()) as reference:
        yield reference


def to_hoda() -> Envelope:
    return Envelope(recipients=(HODA.address,), receipt=True, identifier="Q1")


def test_a_mail_is_handed_over_and_its_report_is_read_once(scene: Scene) -> None:
    submission, reader = scene.client()
    submission.send(MAIL, to_hoda())
    sent = scene.operator.next_mail(WAIT)
    assert (sent.envelope.mail_from, sent.envelope.rcpt_to, sent.envelope.envelope_id) == (
        MAILBOX,
        (HODA.address,),
        "Q1",
    )
    ((uid, data),) = list(reader.new())
    report = mail.read_dsn(data)
    assert report and (report.envelope_id, report.deliveries[0].action) == ("Q1", "delivered")
    assert [u for u, _ in reader.new()] == [uid]  # nobody has said that it was seen
    reader.seen(uid)
    assert list(reader.new()) == []
    reader.close()


def test_no_mail_waits_for_the_name_of_this_machine(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A DNS that does not answer would cost five seconds a mail."""
    asked: list[str] = []
    for name in ("getfqdn", "gethostbyname"):
        monkeypatch.setattr(f"smtplib.socket.{name}", lambda *of, name=name: asked.append(name) or "localhost")
    submission, _ = scene.client()
    assert submission.send(MAIL, to_hoda()).startswith("250")
    assert asked == []


@pytest.mark.parametrize("fault", FAULTS)
def test_an_operator_that_cannot_be_trusted_gets_nothing(scene: Scene, fault: str) -> None:
    submission, reader = scene.client()
    scene.operator.fault = fault
    for attempt in (lambda: submission.send(MAIL, to_hoda()), lambda: list(reader.new())):
        with pytest.raises(MailFailure):
            attempt()
    assert scene.operator.received() == []


def test_the_last_revocation_list_serves_when_the_new_one_is_out_of_reach(scene: Scene) -> None:
    submission, _ = scene.client()
    submission.send(MAIL, to_hoda())
    scene.operator.fault = "crl-unreachable"
    submission.send(MAIL, to_hoda())
    fresh, _ = scene.client()
    with pytest.raises(Outage, match="révocation"):
        fresh.send(MAIL, to_hoda())


@pytest.mark.parametrize(
    ("reply", "failure"), [("451 4.3.0 plus tard", Outage), ("554 5.7.1 Courriel refuse", Refused)]
)
def test_a_refusal_is_for_now_or_for_good(scene: Scene, reply: str, failure: type[MailFailure]) -> None:
    scene.operator.behaviour = refuse(reply)
    submission, _ = scene.client()
    with pytest.raises(failure, match=reply[:3]):
        submission.send(MAIL, to_hoda())


def test_a_wrong_password_and_a_missing_certificate_are_told(scene: Scene) -> None:
    submission, reader = scene.client(mail_password="autre")
    with pytest.raises(Refused):
        submission.send(MAIL, to_hoda())
    with pytest.raises(Refused):
        list(reader.new())
    nowhere, _ = Scene(scene.operator, scene.folder / "absent").client()
    with pytest.raises(Outage, match="certificats"):
        nowhere.send(MAIL, to_hoda())


def test_an_order_is_mailed_reported_and_read(scene: Scene, pfi: Reference) -> None:
    scene.operator.mailbox(HODA.address).answers = "displayed"
    patient = someone()
    sent = order(patient, document(patient), flags=TO_HODA, recipients=(HODA,))
    assert pfi.send(sent).get("MSA-1") == "AA"
    asked = Message.parse(sent).control_id
    told = [pfi.partner.received.get(timeout=WAIT) for _ in range(2)]  # who reads at once may be told of first
    assert {m.kind for m in told} == {"ZAM^Z02", "ZAM^Z03"}
    for message in told:
        assert [message.get(at) for at in ("OBX-4", "OBX-5.1", "OBX[2]-5.4")] == [asked, "Y", HODA.address]
    assert len(scene.operator.received()) == 1


def test_a_failed_delivery_goes_back_with_its_code(scene: Scene, pfi: Reference) -> None:
    scene.operator.mailbox(HODA.address).closed = "fermee"
    patient = someone()
    pfi.send(order(patient, document(patient), flags=TO_HODA, recipients=(HODA,)))
    told = pfi.partner.next("ZAM^Z02")
    assert [told.get(at) for at in ("OBX-5.1", "ERR-5.1")] == ["N", "550"]


TROUBLES: dict[str, Callable[[], object]] = {
    "refused for now": lambda: then_obey(2, refuse("451 4.3.0 plus tard")),
    "taken, then cut": lambda: then_obey(1, obey_and_hang_up),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_loses_nothing_and_renames_nothing(scene: Scene, pfi: Reference, trouble: str) -> None:
    scene.operator.behaviour = TROUBLES[trouble]()
    patient = someone()
    pfi.send(order(patient, document(patient), flags=TO_HODA, recipients=(HODA,)))
    taken = scene.operator.next_mail(WAIT, lambda m: m.accepted)
    mails = scene.operator.received()
    assert len(mails) > 1 and {m.message_id for m in mails} == {taken.message_id}
    pfi.partner.next("ZAM^Z02")


def test_what_waits_outlives_the_program(scene: Scene, tmp_path: Path) -> None:
    options = [*scene.options(), "--database", str(tmp_path / "pfi.db")]
    patient = someone()
    scene.operator.suspend()
    with running("pfi", *options) as first:
        assert first.send(order(patient, document(patient), flags=TO_HODA, recipients=(HODA,))).get("MSA-1") == "AA"
        first.until(lambda a: any("injoignable" in t["event"] for t in a["traces"]), "read_traces")
    scene.operator.resume()
    with running("pfi", *options) as second:
        second.partner.next("ZAM^Z02")
    assert len(scene.operator.received()) == 1


def test_a_mail_that_comes_in_is_handed_over_and_answered(scene: Scene, pfi: Reference) -> None:
    original = courriel(document(someone()))
    scene.operator.deliver(original, MAILBOX)
    pfi.partner.next("MDM^T02")
    notice = scene.operator.next_mail(WAIT)
    read = mail.read_mdn(notice.message)
    assert read and (read.error_code, read.original_message_id) == ("", mail.read(original).message_id)
    assert (notice.envelope.mail_from, notice.envelope.rcpt_to) == ("", (HODA.address,))


def test_the_actions_of_trials_by_hand_are_not_there_with_an_operator(pfi: Reference) -> None:
    assert not {"receive_mail", "list_sent_mails", "report_channel_result"} & set(pfi.ready.get("actions", []))
    assert pfi.post("/actions/list_sent_mails", b"{}").status_code == 404
