"""The reference as a program: its options, its ends, what it survives, what it remembers."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from reference.people import adt, named, someone
from reference.refproc import WAIT, Reference, running

from rempart.formats.hl7v2.cisis import Error
from rempart.formats.hl7v2.mllp import wrap

COMMAND = [sys.executable, "-m", "rempart.reference"]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=WAIT, check=False)


def test_help_and_mutants_are_told() -> None:
    assert "--mllp-port" in run("--help").stdout
    listed = run("--list-mutants").stdout
    assert "triple-incoherent\tHOP-DPI-Va2\t" in listed and "\tHOP-PFI-Va2\t" in listed


@pytest.mark.parametrize("options", [(), ("ris",), ("dpi", "--mutant", "no-such"), ("dpi", "--http-port", "99999")])
def test_a_wrong_option_is_wrong_usage(options: tuple[str, ...]) -> None:
    done = run(*options)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("dpi", "--mllp-port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (3, "")
    assert "rempart.reference:" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked(number: signal.Signals) -> None:
    process = subprocess.Popen([*COMMAND, "dpi"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert process.stdout and json.loads(process.stdout.readline())["ready"] is True
        process.send_signal(number)
        assert process.wait(WAIT) == 0
    finally:
        process.kill()
        process.wait()


def test_it_ends_with_its_input_even_while_it_is_spoken_to() -> None:
    with running("pfi") as pfi:
        address = (pfi.ready["mllp"]["host"], pfi.ready["mllp"]["port"])
        with socket.create_connection(address, timeout=WAIT) as open_one:
            open_one.sendall(b"\x0bMSH|half")
            assert pfi.process.stdin
            pfi.process.stdin.close()
            assert pfi.process.wait(WAIT) == 0


@pytest.fixture(scope="module")
def dpi() -> Reference:
    with running("dpi") as reference:
        yield reference


def alive(dpi: Reference) -> bool:
    patient = someone()
    sent = dpi.send(adt("A28", patient)).get("MSA-1") == "AA"
    return sent and dpi.act("open_patient_record", patient=named(patient))["found"]


def test_hostile_bytes_end_nothing(dpi: Reference) -> None:
    sound = adt("A28", someone())
    for data in (
        b"\x00" * 1000,
        wrap(b""),
        wrap(b"MSH"),
        wrap(b"MSH|^~\\&|" + b"|" * 5000),
        wrap(b"MSH|^~\\&" + b"\xff" * 1000),
        wrap(sound.replace(b"PID|", b"PID|" + b"~" * 50_000)),
        wrap(sound + b"OBX|1|ED|||" + b"A" * 5_000_000),
        wrap(b"\r".join([sound.split(b"\r")[0]] + [b"PID|1"] * 2000)),
    ):
        address = (dpi.ready["mllp"]["host"], dpi.ready["mllp"]["port"])
        with socket.create_connection(address, timeout=WAIT) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
    assert alive(dpi)


def test_hostile_http_ends_nothing(dpi: Reference) -> None:
    host, _, port = dpi.ready["http"].removeprefix("http://").partition(":")
    for data in (
        b"\x16\x03\x01garbage\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"POST /actions/send_document HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /actions/send_document HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n",
        b"POST /actions/send_document HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n",
        b"POST /actions/send_document HTTP/1.1\r\n\r\n{}",
        b"POST /actions/../../etc/passwd HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        b"POST /actions/send_document HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\xff\xff\xff",
    ):
        with socket.create_connection((host, int(port)), timeout=WAIT) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while received := connection.recv(65536):
                answer += received
        assert not answer.startswith(b"HTTP/1.1 200")
    assert alive(dpi)


def test_several_messages_on_one_connection_are_answered_in_order(dpi: Reference) -> None:
    from rempart.formats.hl7v2 import Message
    from rempart.formats.hl7v2.mllp import Framer

    sent = [adt("A28", someone()) for _ in range(3)]
    address = (dpi.ready["mllp"]["host"], dpi.ready["mllp"]["port"])
    framer, blocks = Framer(), []
    with socket.create_connection(address, timeout=WAIT) as connection:
        connection.sendall(b"".join(wrap(m) for m in sent))
        while len(blocks) < 3:
            blocks += framer.feed(connection.recv(65536))
    assert [Message.parse(b).get("MSA-2") for b in blocks] == [Message.parse(m).control_id for m in sent]


def test_what_it_knows_and_has_not_sent_survives_its_end(tmp_path: Path) -> None:
    database = ("--database", str(tmp_path / "dpi.sqlite"))
    patient = someone()
    with running("dpi", *database, "--retry-delay", "60") as dpi:
        from reference.refproc import ack

        dpi.partner.answer = lambda m: ack(m, "AR", Error(condition="207"))
        dpi.send(adt("A28", patient))
        made = dpi.act("produce_document", patient=named(patient), type_code="11490-0", title="Lettre")
        dpi.act("send_document", document=made["document"], channels=["dmp"])
        first = dpi.partner.next("MDM^T02")
        dpi.until(lambda a: a["technical"] == "rejected", "get_sending_status", document=made["document"])
    with running("dpi", *database) as dpi:
        assert dpi.partner.next("MDM^T02").bytes == first.bytes
        dpi.until(lambda a: a["technical"] == "accepted", "get_sending_status", document=made["document"])
        assert dpi.act("open_patient_record", patient=named(patient))["ins"]["value"] == "279035121518989"
