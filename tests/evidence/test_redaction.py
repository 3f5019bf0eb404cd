"""Redaction: nobody is named any more, the same person keeps one pseudonym, and the originals' digests are kept."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evidence.small import CDA, INS, campaign, mdm
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from rempart.campaign.replay import replay
from rempart.evidence.certificates import make
from rempart.evidence.dossier import build
from rempart.evidence.redact.content import Walk, withheld
from rempart.evidence.redact.pseudonyms import Pseudonyms
from rempart.evidence.redaction import Redaction, prepare, read_redaction, redact
from rempart.evidence.store import EvidenceError, read_object
from rempart.evidence.verify import verify
from rempart.formats.hl7v2 import Message
from rempart.model.results import Results
from rempart.reporting.build import build_reports, load_results

SECRET = b"secret d'essai"
NAMED = re.compile(rb"PAT-TROIS|DOMINIQUE|279035121518989|19790328|28/03/1979|RUE DU LAC|0647150100|RMP0001", re.I)


def redacted(*contents: bytes) -> list[bytes]:
    names = Pseudonyms(SECRET)
    for content in contents:
        Walk.learning(names).content(content)
    return [Walk.rewriting(names).content(content) for content in contents]


def leaks(data: bytes) -> list[bytes]:
    """Identities of the test data, in a content and in what it carries in base64."""
    found = NAMED.findall(data)
    for packed in re.findall(rb"[A-Za-z0-9+/]{24,}={0,2}", data):
        found += NAMED.findall(base64.b64decode(packed[: len(packed) // 4 * 4]))
    return found


# -- contents ----------------------------------------------------------------------------------------------------------


def test_a_message_keeps_its_shape_and_loses_its_patient() -> None:
    (after,) = redacted(mdm())
    before, message = Message.parse(mdm()), Message.parse(after)
    assert leaks(mdm()) and not leaks(after)
    assert [s.name for s in message.segments] == [s.name for s in before.segments]
    assert message.framing == before.framing
    for place in ("MSH-10", "PID-3[1].4.2", "PID-3[1].5", "PID-8", "OBX-3.1", "OBX-5.4"):
        assert message.get(place) == before.get(place)
    assert message.get("PID-5.1").startswith("NOM-") and message.get("PID-3[1].1").startswith("INS-")


def test_the_document_of_a_message_is_redacted_inside() -> None:
    (after,) = redacted(mdm())
    root = etree.fromstring(base64.b64decode(Message.parse(after).get("OBX-5.5")))
    texts = " ".join(str(t) for t in root.itertext())
    assert "Compte rendu de NOM-" in texts
    held = base64.b64decode(root.find(".//{*}nonXMLBody/{*}text").text)  # type: ignore[union-attr, arg-type]
    assert held == withheld(b"%PDF-1.4 DOMINIQUE")


def test_one_person_has_one_pseudonym_in_every_format() -> None:
    answer = {"identity": {"birth_name": "Pat-Trois", "birth_date": "19790328"}, "ins": {"value": INS}}
    message, document, told = redacted(mdm(), CDA, json.dumps(answer).encode())
    shown, root = json.loads(told), etree.fromstring(document)
    name = Message.parse(message).get("PID-5.1")
    assert shown["identity"]["birth_name"] == name == root.findtext(".//{*}family")
    born = root.find(".//{*}birthTime")
    assert born is not None
    assert shown["identity"]["birth_date"] == Message.parse(message).get("PID-7") == born.get("value")
    assert shown["ins"]["value"] == Message.parse(message).get("PID-3[1].1")


def test_running_text_of_any_content_is_searched_for_who_is_known() -> None:
    note = json.dumps({"reason": f"Mme Pat-Trois (née le 28/03/1979, {INS}) refuse"}).encode()
    _, after = redacted(mdm(), note)
    assert not leaks(after) and json.loads(after)["reason"].endswith(") refuse")


def test_a_name_in_the_name_of_a_file_is_known_too() -> None:
    names = Pseudonyms(b"secret")
    names.learn("name", "PAT-TROIS")
    text = names.text('{"pdf_name": "20260105_CR_PAT-TROIS_DOMINIQUE.pdf", "x": "ins_279035121518989_.pdf"}')
    assert "PAT-TROIS" not in text and "279035121518989" not in text and text.count("NOM-") == 1


def test_shapes_are_replaced_though_nobody_is_known_by_them() -> None:
    (after,) = redacted(b'{"detail": "envoi a jean@ailleurs.fr et au 06 12 34 56 78 pour 277076322082910"}')
    assert not re.search(rb"jean|ailleurs|06 12|277076322082910", after)


def test_another_secret_gives_other_pseudonyms() -> None:
    one, other = Pseudonyms(b"1"), Pseudonyms(b"2")
    assert one.swap("name", "MARTIN") == one.swap("name", "martin") != other.swap("name", "MARTIN")


@pytest.mark.parametrize(
    "data",
    [
        b"From: x\r\n\r\nbonjour",
        b"PK\x03\x04...",
        b"\x00\x01",
        b"{pas du json",
        b"<pas><du/></xml>",
        b"<html/>",
        b"MSH",
    ],
)
def test_what_cannot_be_read_is_taken_out_whole(data: bytes) -> None:
    assert redacted(data) == [withheld(data)]
    assert hashlib.sha256(data).hexdigest().encode() in withheld(data)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"MSH|^~\\&|", b"{", b"<ClinicalDocument xmlns='urn:hl7-org:v3'>"])
)
def test_hostile_contents_never_raise(data: bytes, start: bytes) -> None:
    (after,) = redacted(start + data)
    assert isinstance(after, bytes)


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("lu")
    data = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]><ClinicalDocument>&e;</ClinicalDocument>'.encode()
    assert b"lu<" not in redacted(data)[0]


@given(st.from_regex(r"[A-Z]{3,12}(-[A-Z]{1,8})?", fullmatch=True))
def test_no_known_name_survives_in_running_text(name: str) -> None:
    names = Pseudonyms(SECRET)
    names.learn("name", name)
    for text in (name, f"le patient {name}, vu", f"({name.casefold()})", f"{name}\n{name}"):
        rest = re.sub(r"(?:NOM|ID|INS|MAIL|TEL|DATE|ADRESSE)-[0-9A-F]{10}", "", names.text(text))
        assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", rest, re.I)


# -- a campaign --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Redaction, Results]:
    run, target = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("redacted")
    results = campaign(run)
    (run / "evidence" / "HOP-DPI-Va2-main.log").write_text("ouverture du dossier PAT-TROIS\n", "utf-8")
    redaction = redact(run, results, target, SECRET)
    build_reports(target)
    return run, target, redaction, results


def test_nothing_of_a_redacted_campaign_names_the_patient(both: tuple[Path, Path, Redaction, Results]) -> None:
    run, target, *_ = both
    assert any(leaks(p.read_bytes()) for p in run.rglob("*") if p.is_file())
    files = [p for p in target.rglob("*") if p.is_file()]
    assert {p.name for p in files} >= {"report.html", "junit.xml", "results.json", "redaction.json"}
    assert {str(p): leaks(p.read_bytes()) for p in files if leaks(p.read_bytes())} == {}


def test_the_original_is_not_touched(tmp_path: Path) -> None:
    run = tmp_path / "run"
    results = campaign(run)
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    (tmp_path / "out").mkdir()
    redact(run, results, tmp_path / "out")
    assert {p: p.read_bytes() for p in run.rglob("*") if p.is_file()} == before


def test_who_holds_the_originals_can_verify(both: tuple[Path, Path, Redaction, Results]) -> None:
    run, target, redaction, _ = both
    results = load_results(target)
    originals = {e.id: e.sha256 for e in load_results(run).exchanges}
    for exchange in results.exchanges:
        read_object(target / "evidence", exchange.sha256)
        before = redaction.objects.get(exchange.sha256, [exchange.sha256])
        assert originals[exchange.id] in before
    for name, digest in redaction.paths.items():
        assert hashlib.sha256((run / name).read_bytes()).hexdigest() == digest


def test_verdicts_and_counts_stay(both: tuple[Path, Path, Redaction, Results]) -> None:
    after, before = load_results(both[1]), both[3]
    assert [s.verdict for s in after.scenarios] == [s.verdict for s in before.scenarios]
    assert after.totals == before.totals and after.campaign == before.campaign
    assert [len(s.findings) for s in after.scenarios] == [len(s.findings) for s in before.scenarios]


def test_a_replay_says_what_it_cannot_ask_again_and_never_identical(
    both: tuple[Path, Path, Redaction, Results],
) -> None:
    told = replay(both[1])
    assert (told.differences, told.faults) == ([], [])
    assert not told.identical
    assert told.not_replayed == {"observation.expect": 1, "hl7v2.expect": 2} and told.checks == 5


def test_a_replay_of_redacted_evidence_still_sees_a_changed_verdict(
    both: tuple[Path, Path, Redaction, Results], tmp_path: Path
) -> None:
    copy = shutil.copytree(both[1], tmp_path / "copy")
    record = json.loads((copy / "results.json").read_text("utf-8"))
    for scenario in record["scenarios"]:
        scenario["verdict"] = "conforme"
    (copy / "results.json").write_text(json.dumps(record), "utf-8")
    assert len(replay(copy).differences) >= 6


def test_the_dossier_keeps_the_digests_of_the_originals(
    both: tuple[Path, Path, Redaction, Results], tmp_path: Path
) -> None:
    run, target, redaction, results = both
    key, certificate = make("Essai", datetime.now(UTC))
    manifest = build(target, load_results(target), tmp_path / "d.zip", key, [certificate], redaction)
    assert verify(tmp_path / "d.zip").problems == [] and manifest.redacted
    told = {f.path: f.originals for f in manifest.files}
    assert told["results.json"] == [hashlib.sha256((run / "results.json").read_bytes()).hexdigest()]
    preuve = next(n for n in told if n.startswith("preuves/") and n.endswith(".hl7"))
    assert told[preuve] == [next(p.sha256 for r in results.requirements for p in r.preuves if p.status == "produced")]


def test_a_redacted_campaign_is_not_redacted_again(both: tuple[Path, Path, Redaction, Results], tmp_path: Path) -> None:
    assert read_redaction(both[1]) is not None and read_redaction(both[0]) is None
    with pytest.raises(EvidenceError, match="déjà"):
        redact(both[1], load_results(both[1]), tmp_path)


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("x")
    with pytest.raises(EvidenceError, match="existe déjà"):
        prepare(tmp_path)


def test_altered_evidence_is_not_redacted(tmp_path: Path) -> None:
    run = tmp_path / "run"
    results = campaign(run)
    next((run / "evidence" / "objects").glob("*/*")).write_bytes(b"x")
    (tmp_path / "out").mkdir()
    with pytest.raises(EvidenceError, match="altérée"):
        redact(run, results, tmp_path / "out")
