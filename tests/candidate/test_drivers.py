"""The command, python, operator and captures drivers, and what they all share."""

import io
import json
import sys
from pathlib import Path
from typing import get_type_hints

import pytest
from pydantic import BaseModel

from rempart.candidate import actions as a
from rempart.candidate.config import CapturesDriver, CommandDriver, HttpDriver, OperatorDriver, PythonDriver
from rempart.candidate.dmp_types import ConsultRequest
from rempart.candidate.driver import Driver, Transport, unrecorded
from rempart.candidate.drivers import transport
from rempart.candidate.drivers.captures import CapturesTransport
from rempart.candidate.drivers.command import CommandTransport
from rempart.candidate.drivers.operator import OperatorTransport, Terminal
from rempart.candidate.drivers.python import PythonTransport
from rempart.candidate.errors import (
    ActionNotOffered,
    CandidateError,
    CandidateGarbage,
    CandidateSlow,
    CandidateUnreachable,
    NotOffered,
)
from rempart.candidate.labels import LABELS
from rempart.candidate.protocol import Candidate

UNKNOWN = ConsultRequest(patient=a.PatientId(value="0", authority="1.2.3"))
PATIENT = ConsultRequest(patient=a.PatientId(value="42", authority="1.2.3"))


def _call(carrier: Transport, action: str = "consult_dmp", request: BaseModel = PATIENT) -> BaseModel:
    return Driver(carrier, unrecorded).call(action, request).answer


# -- command


def _command(folder: Path, code: str, timeout: float = 20) -> CommandTransport:
    (folder / "pilote.py").write_text(code)
    return CommandTransport([sys.executable, "pilote.py"], folder, timeout)


def test_a_command_reads_the_request_and_writes_the_answer(tmp_path: Path) -> None:
    code = (
        "import json, sys\nasked = json.load(sys.stdin)\n"
        "print(json.dumps({'outcome': 'refused', 'reason': asked['action'] + asked['request']['patient']['value']}))"
    )
    assert _call(_command(tmp_path, code)) == a.Outcome(outcome="refused", reason="consult_dmp42")


def test_a_command_describes_itself(tmp_path: Path) -> None:
    code = 'print(\'{"name": "X", "version": "1", "dispositif": "HOP-DPI-Va2", "actions": []}\')'
    assert Driver(_command(tmp_path, code), unrecorded).describe().name == "X"


@pytest.mark.parametrize(
    ("code", "error", "reason"),
    [
        ("raise SystemExit(64)", ActionNotOffered, "consult_dmp"),
        ("raise SystemExit('base verrouillée')", CandidateGarbage, "code 1: base verrouillée"),
        ("raise SystemExit(2)", CandidateGarbage, "code 2: rien sur"),
        ("", CandidateGarbage, "pas du JSON"),
        ("print('{}')", CandidateGarbage, "outcome"),
        ("import os; os.kill(os.getpid(), 9)", CandidateGarbage, "code -9"),
        ("import threading; threading.Event().wait()", CandidateSlow, "n'a pas fini en 1 s"),
    ],
)
def test_a_command_that_fails(tmp_path: Path, code: str, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        _call(_command(tmp_path, code, timeout=1 if error is CandidateSlow else 20))


def test_a_command_that_answers_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rempart.candidate.drivers.command.MAX_ANSWER", 10_000)
    code = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    with pytest.raises(CandidateGarbage, match="au-delà de 10000"):
        _call(_command(tmp_path, code))


def test_a_command_that_reads_nothing_and_complains_at_length(tmp_path: Path) -> None:
    code = "import sys\nsys.stderr.write('x' * 1_000_000)\nprint('{\"outcome\": \"done\"}')"
    long = a.DocumentRequest(document="QQ==" * 200_000)
    assert _call(_command(tmp_path, code), "delete_document", long) == a.Outcome(outcome="done")


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(CandidateUnreachable, match="ne démarre pas"):
        _call(CommandTransport(["./absent"], tmp_path))


def test_a_command_without_describe(tmp_path: Path) -> None:
    with pytest.raises(CandidateGarbage, match="describe"):
        Driver(_command(tmp_path, "raise SystemExit(64)"), unrecorded).describe()


# -- python

MODULE = """
from rempart.candidate.actions import Outcome
from rempart.candidate.labels import LABELS
from rempart.candidate.protocol import Candidate

class Dpi(Candidate):
    def consult_dmp(self, request):
        if request.patient.value == "0":
            raise LookupError("patient inconnu")
        return Outcome(outcome="refused", reason=request.patient.value)
    def send_document(self, request):
        return {"outcome": "done"}
    def delete_document(self, request):
        return object()
    def read_traces(self, request):
        import threading
        threading.Event().wait()

dpi = Dpi()
"""


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PythonTransport:
    (tmp_path / "candidat_essai.py").write_text(MODULE)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "candidat_essai", raising=False)
    return PythonTransport("candidat_essai:Dpi", tmp_path, 0.5)


def test_an_object_answers_with_a_model_or_a_dictionary(python: PythonTransport) -> None:
    assert _call(python) == a.Outcome(outcome="refused", reason="42")
    assert _call(python, "send_document", a.SendRequest(document="1", channels=[])) == a.Outcome(outcome="done")


def test_a_method_inherited_from_the_protocol_is_not_offered(python: PythonTransport) -> None:
    with pytest.raises(ActionNotOffered):
        _call(python, "open_patient_record")
    offered = Driver(python, unrecorded).describe().actions
    assert offered == ["send_document", "delete_document", "read_traces", "consult_dmp"]


@pytest.mark.parametrize(
    ("action", "request_", "error", "reason"),
    [
        ("consult_dmp", UNKNOWN, CandidateGarbage, "LookupError"),
        ("delete_document", a.DocumentRequest(document="1"), CandidateGarbage, "non traduisible"),
        ("read_traces", a.TracesRequest(), CandidateSlow, "0.5 s"),
    ],
)
def test_a_method_that_fails(
    python: PythonTransport, action: str, request_: BaseModel, error: type[CandidateError], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        _call(python, action, request_)


@pytest.mark.parametrize("target", ["module_absent:x", "candidat_essai:Absent"])
def test_an_object_that_does_not_load(python: PythonTransport, tmp_path: Path, target: str) -> None:
    with pytest.raises(CandidateUnreachable, match="ne se charge pas"):
        PythonTransport(target, tmp_path)


def test_the_python_interface_covers_the_actions() -> None:
    methods = {n for n in vars(Candidate) if not n.startswith("_")}
    assert methods == {"describe", *a.ACTIONS}
    for name, action in a.ACTIONS.items():
        annotations = get_type_hints(getattr(Candidate, name))
        assert annotations == {"request": action.request, "return": action.answer}


# -- operator


def _operator(*lines: str) -> tuple[OperatorTransport, io.StringIO]:
    screen = io.StringIO()
    return OperatorTransport(Terminal(io.StringIO("".join(f"{line}\n" for line in lines)), screen)), screen


def test_a_person_is_told_what_to_do_and_answers_field_by_field() -> None:
    operator, screen = _operator("refusé", "refused", "le patient s'y oppose")
    assert _call(operator) == a.Outcome(outcome="refused", reason="le patient s'y oppose")
    shown = screen.getvalue()
    assert a.ACTIONS["consult_dmp"].instruction in shown
    assert "valeur: 42" in shown and "« refusé » n'est pas une réponse possible (done | refused)" in shown


def test_a_person_fills_nested_answers() -> None:
    lines = ["o", "o", *["DIAZ", "", "", "", "", ""], "VALI", "o", "279035121518989", "1.2.250.1.213.1.4.10"]
    lines += ["IO", "", "o", "1.2.3", "", "", "replaced", "", "", "", "", "", "", "n", "n", "n", "n"]
    operator, _ = _operator(*lines)
    record = _call(operator, "open_patient_record")
    assert isinstance(record, a.PatientRecord) and record.found
    assert record.identity == a.Identity(birth_name="DIAZ")
    assert (record.identity_status, record.feeding, record.consultation) == ("VALI", "IO", "NA")
    assert [d.status for d in record.documents] == ["replaced"]


def test_every_field_of_every_action_has_a_french_name() -> None:
    named: set[str] = set()
    todo: list[type[BaseModel]] = [m for x in a.ACTIONS.values() for m in (x.request, x.answer)]
    for model in todo:
        schema = json.loads(json.dumps(model.model_json_schema()))
        for part in (schema, *schema.get("$defs", {}).values()):
            named |= set(part.get("properties", {}))
    assert named == set(LABELS)


@pytest.mark.parametrize("line", ["passer", "PASSER"])
def test_a_person_may_leave_one_action_for_later(line: str) -> None:
    operator, _ = _operator(line, "done", "")
    with pytest.raises(ActionNotOffered):
        _call(operator)
    assert _call(operator) == a.Outcome(outcome="done")


@pytest.mark.parametrize("lines", [["tout passer"], []])
def test_a_person_may_leave_all_of_them(lines: list[str]) -> None:
    operator, _ = _operator(*lines)
    for _ in range(2):
        with pytest.raises(ActionNotOffered):
            _call(operator)
    assert not operator.attended


@pytest.mark.parametrize("name", ["CI", "PYTEST_XDIST_WORKER"])
def test_nobody_is_asked_where_nobody_answers(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    operator = OperatorTransport()
    assert Driver(operator, unrecorded).describe().actions == []
    with pytest.raises(ActionNotOffered):
        _call(operator)


def test_a_person_does_what_the_program_does_not_offer(tmp_path: Path) -> None:
    kept: list[str] = []

    def record(*args: object) -> object:
        kept.append(f"{args[0]} {args[1]}")
        return unrecorded(*args)  # type: ignore[arg-type]

    operator, _ = _operator("done", "")
    driver = Driver(CapturesTransport(tmp_path), record, operator)  # type: ignore[arg-type]
    assert driver.call("consult_dmp", PATIENT).exchange.protocol == "driver/operator"
    assert kept[-2:] == ["sent driver/operator", "received driver/operator"]


# -- captures


def test_captures_offer_files_and_no_action(tmp_path: Path) -> None:
    (tmp_path / "b.hl7").write_bytes(b"MSH|^~\\&|A|B|C|D|20260101||MDM^T02^MDM_T02|1|D|2.6\r")
    (tmp_path / "a.hl7").write_bytes(b"MSH|^~\\&|A|B|C|D|20260101||ADT^A28|2|D|2.5\r")
    (tmp_path / "doc.xml").write_bytes(b"<ClinicalDocument/>")
    captures = CapturesTransport(tmp_path)
    assert [m.control_id for m in captures.messages("MDM^T02")] == ["1"]
    assert captures.capture("doc") == b"<ClinicalDocument/>" == captures.capture("doc.xml")
    with pytest.raises(NotOffered, match="absent"):
        captures.capture("absent")
    with pytest.raises(ActionNotOffered):
        _call(captures)
    assert Driver(captures, unrecorded).describe().actions == []


# -- choice


def test_each_kind_of_candidate_yaml_has_its_transport(tmp_path: Path, python: PythonTransport) -> None:
    settings = [
        HttpDriver(kind="http", url="http://127.0.0.1:1"),
        CommandDriver(kind="command", command=["x"], cwd=tmp_path),
        PythonDriver(kind="python", object="candidat_essai:dpi", path=tmp_path),
        OperatorDriver(kind="operator"),
        CapturesDriver(kind="captures", folder=tmp_path),
    ]
    assert [transport(s, 1).name for s in settings] == ["http", "command", "python", "operator", "captures"]


def test_a_started_program_that_announces_no_address() -> None:
    with pytest.raises(CandidateUnreachable, match="annoncé"):
        transport(HttpDriver(kind="http"), 1)
