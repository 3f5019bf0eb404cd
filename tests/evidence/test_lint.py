"""The lint: what would make a dossier refused, or harm somebody."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evidence.small import campaign
from formats.video_samples import box, mp4, webm
from hypothesis import given
from hypothesis import strategies as st

from rempart.evidence.certificates import make
from rempart.evidence.lint import Level, lint, lint_certificate
from rempart.evidence.media import image_problem, pdf_problem, video_problem
from rempart.evidence.personal import allowed, traces
from rempart.evidence.store import EvidenceStore, object_path
from rempart.formats.ins import key
from rempart.formats.pdf import minimal_pdf
from rempart.model.results import Results
from rempart.simulators.patients import names, patient

OTHER = "185017512300145"[:13]
OTHER += key(OTHER)
Change = Callable[[Path, Results], None]


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82"


def told(tmp_path: Path, change: Change) -> list[str]:
    run = tmp_path / "run"
    results = campaign(run)
    change(run, results)
    return [str(r) for r in lint(run, results)]


def _supply(run: Path, results: Results, kind: str, data: bytes, name: str = "video.mp4") -> None:
    preuve = next(p for r in results.requirements for p in r.preuves if p.status == "to_supply")
    (run / "attestations").mkdir(exist_ok=True)
    (run / "attestations" / name).write_bytes(data)
    preuve.kind, preuve.status, preuve.file = kind, "supplied", f"attestations/{name}"


def test_a_sound_campaign_awaits_only_its_preuves(tmp_path: Path) -> None:
    lines = told(tmp_path, lambda run, results: None)
    assert lines and all("à fournir" in line or "téléphone" in line for line in lines), lines
    assert any("HOP-DPI-Va2 INS" in line for line in lines)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda run, _: (run / "evidence" / "journal-campaign.jsonl").unlink(), "journal: absent"),
        (lambda run, r: object_path(run / "evidence", r.exchanges[0].sha256).unlink(), "absente"),
        (lambda run, r: object_path(run / "evidence", r.exchanges[0].sha256).write_bytes(b"{}"), "altérée"),
        (lambda run, r: _supply(run, r, "video", b""), "fichier vide"),
        (lambda run, r: _supply(run, r, "video", b"bonjour"), "vidéo illisible"),
        (lambda run, r: _supply(run, r, "demonstration", mp4()[:-20]), "vidéo illisible: la boîte « moov » annonce"),
        (lambda run, r: _supply(run, r, "screenshot", b"bonjour", "a.png"), "copie d'écran illisible"),
        (lambda run, r: _supply(run, r, "document", b"%PDF-1.4 rien", "a.pdf"), "PDF illisible"),
        (lambda run, r: (run / "résumé.pdf").write_bytes(b""), "nom refusé"),
    ],
)
def test_each_fault_is_an_error_that_names_it(tmp_path: Path, change: Change, expected: str) -> None:
    lines = told(tmp_path, change)
    assert any(line.startswith("erreur") and expected in line for line in lines), lines


def test_a_preuve_that_points_out_of_the_campaign_is_missing(tmp_path: Path) -> None:
    def outside(run: Path, results: Results) -> None:
        _supply(run, results, "document", b"x", "a.txt")
        next(p for r in results.requirements for p in r.preuves if p.status == "supplied").file = "../../etc/passwd"

    assert any("fichier absent" in line for line in told(tmp_path, outside))


def test_each_file_of_a_preuve_is_looked_at_once(tmp_path: Path) -> None:
    """The second of two is cut, and the attestation beside them is no picture."""

    def supply(run: Path, results: Results) -> None:
        requirement = next(r for r in results.requirements for p in r.preuves if p.status == "to_supply")
        preuve = next(p for p in requirement.preuves if p.status == "to_supply")
        store = EvidenceStore(run / "evidence", "attestations")
        store.scenario = f"{requirement.dispositif}::x::y"
        for name, data in (("attestation.yaml", b"preuve: x\n"), ("a.mp4", mp4()), ("b.mp4", mp4()[:-9])):
            kept = store.record("observed", "preuve/file", "personne", name, preuve.id, data)
            results.exchanges.append(kept)
        preuve.kind, preuve.status, preuve.sha256 = "demonstration", "supplied", results.exchanges[-2].sha256
        preuve.file = f"evidence/objects/{preuve.sha256[:2]}/{preuve.sha256}"

    lines = [line for line in told(tmp_path, supply) if "illisible" in line]
    assert len(lines) == 1 and "la boîte « moov »" in lines[0], lines


def test_a_deposit_that_holds_no_more_is_named_with_its_reason(tmp_path: Path) -> None:
    def expire(run: Path, results: Results) -> None:
        preuve = next(p for r in results.requirements for p in r.preuves if p.status == "to_supply")
        preuve.reason = "attestée pour Essai 1, à refaire pour Essai 2"

    lines = told(tmp_path, expire)
    assert any(line.startswith("avertissement") and "à refaire pour Essai 2" in line for line in lines), lines


def test_sound_files_are_not_remarked(tmp_path: Path) -> None:
    lines = told(tmp_path, lambda run, results: _supply(run, results, "video", mp4()))
    assert not any("attestations/video.mp4" in line or "vidéo" in line for line in lines)


@pytest.mark.parametrize(
    "hide",
    [
        lambda text: text,
        lambda text: base64.b64encode(b"." * 90 + text),
        lambda text: base64.b64encode(b"." * 90 + base64.b64encode(b"." * 90 + text)),
        lambda text: base64.b64encode(minimal_pdf([text.decode()])),
        lambda text: _zipped(text),
        lambda text: b"base64\r\n\r\n" + b"\r\n".join(_lines(base64.b64encode(b"." * 90 + text))),
    ],
    ids=["text", "base64", "twice", "pdf", "zip", "base64 in lines"],
)
def test_a_matricule_is_found_wherever_it_hides(hide: Callable[[bytes], bytes]) -> None:
    found = traces(hide(f"NIR {OTHER} ".encode()))
    assert [t.value for t in found if t.kind == "INS ou NIR"] == [OTHER]


def _zipped(text: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("METADATA.XML", text)
    return data.getvalue()


def _lines(data: bytes) -> list[bytes]:
    return [data[n : n + 76] for n in range(0, len(data), 76)]


def test_test_identities_are_at_home() -> None:
    for name in names():
        person = patient(name, "1")
        if person.ins:
            assert person.ins.value in allowed()["matricules"]
    told = b"279035121518989@patient.mssante.fr adam.hoda@test-ci-sis.mssante.fr 01 99 00 12 34 801234567897"
    assert traces(told) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (OTHER, "INS ou NIR"),
        ("jean.martin@chu-lyon.fr", "adresse"),
        ("06 12 34 56 78", "téléphone"),
        ("+33612345678", "téléphone"),
        ("810000000009", "n° de professionnel"),
    ],
)
def test_what_looks_real_is_told_without_being_repeated(text: str, kind: str) -> None:
    (found,) = traces(f"appeler {text}, merci".encode())
    assert found.kind == kind and text not in found.shown


@pytest.mark.parametrize("text", ["185017512300100", f"1.{OTHER}", f"{OTHER}0", "20261121103000", "2.25.0612345678"])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert traces(text.encode()) == set()


def test_an_unknown_matricule_in_an_exchange_is_an_error(tmp_path: Path) -> None:
    def add(run: Path, results: Results) -> None:
        store = EvidenceStore(run / "evidence", "gw9")
        data = json.dumps({"ins": {"value": OTHER}}).encode()
        results.exchanges.append(store.record("received", "driver/http", "pilote", "x", "essai", data))

    lines = told(tmp_path, add)
    assert any(line.startswith("erreur: échange gw9-000001") and OTHER not in line for line in lines), lines


@given(st.binary(max_size=400))
def test_any_bytes_are_looked_at_without_a_fault(data: bytes) -> None:
    assert isinstance(traces(data), set)
    for start in (b"", b"\0\0\0\x10ftyp", b"RIFF", b"\x1a\x45\xdf\xa3", b"\x89PNG\r\n\x1a\n", b"%PDF-"):
        assert isinstance(video_problem(start + data), str)
        assert isinstance(image_problem(start + data), str)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (mp4(), ""),
        (webm(), ""),
        (mp4()[:-1], "octets"),
        (mp4(width=0), "sans image"),
        (box(b"ftyp", b"isom"), "coupé"),
        (box(b"ftyp", b"isom") + box(b"moov"), "coupé"),
        (webm()[:-17], "coupé"),
        (b"RIFF\x08\0\0\0AVI movi", "ni MP4"),
    ],
)
def test_a_video_that_nobody_could_open_is_told(data: bytes, problem: str) -> None:
    assert problem in video_problem(data) and bool(problem) == bool(video_problem(data))


def test_pictures_and_papers() -> None:
    assert image_problem(PNG) == "" and image_problem(mp4()) == "" and pdf_problem(minimal_pdf(["x"])) == ""
    assert "tronquée" in image_problem(PNG[:30])


def test_a_certificate_that_cannot_sign_is_never_passed_over() -> None:
    now = datetime.now(UTC)
    wanted, certificate = make("Essai", now)
    other, _ = make("Autre", now)
    assert lint_certificate(certificate, wanted, now) == []
    for remarks in (
        lint_certificate(certificate, other, now),
        lint_certificate(certificate, wanted, now + timedelta(days=500)),
        lint_certificate(certificate, wanted, now - timedelta(days=500)),
    ):
        assert [(r.level, r.forcible) for r in remarks] == [(Level.ERROR, False)]
