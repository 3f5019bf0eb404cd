"""The dossier: laid out by section and preuve, the same bytes twice, and no byte of it altered unseen."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from evidence.small import DPI, campaign

from rempart.evidence import dossier as module
from rempart.evidence import verify as verifying
from rempart.evidence.archive import STORED, ArchiveError, Writer
from rempart.evidence.certificates import PrivateKey, make
from rempart.evidence.dossier import DossierError, build
from rempart.evidence.manifest import MANIFEST, SIGNATURE, Manifest
from rempart.evidence.preuves import INDEX, acceptable, place, slug
from rempart.evidence.signature import sign
from rempart.evidence.store import EvidenceStore
from rempart.evidence.verify import extract, verify
from rempart.model.results import Results

NOW = datetime.now(UTC)
Signer = tuple[PrivateKey, x509.Certificate]


@pytest.fixture(scope="module")
def signer() -> Signer:
    return make("Éditeur d'essai", NOW)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Results]:
    folder = tmp_path_factory.mktemp("run")
    results = campaign(folder)
    (folder / "report.html").write_text("<p>rapport</p>", "utf-8")
    (folder / "notes.tmp").write_text("à moitié écrit", "utf-8")
    (folder / "evidence" / ".caché").write_text("x", "utf-8")
    return folder, results


@pytest.fixture(scope="module")
def built(run: tuple[Path, Results], signer: Signer) -> Path:
    path = run[0] / "dossier.zip"
    build(*run, path, signer[0], [signer[1]])
    return path


def altered(path: Path) -> bool:
    """Is it found to be touched?"""
    try:
        return bool(verify(path).problems)
    except DossierError:
        return True


def test_an_intact_dossier_says_who_signed(built: Path, signer: Signer) -> None:
    found = verify(built)
    assert found.problems == [] and found.signed is not None
    assert found.signed.certificate == signer[1] and found.trusted is None
    assert verify(built, [signer[1]]).trusted is True
    stranger = verify(built, [make("Autre", NOW)[1]])
    assert stranger.trusted is False and "aucune des autorités" in stranger.problems[0]


def test_it_is_laid_out_by_section_and_preuve(built: Path, run: tuple[Path, Results]) -> None:
    with zipfile.ZipFile(built) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read(INDEX).decode("utf-8-sig")), delimiter=";"))
        produced = "preuves/HOP-DPI-Va2/INS/INS-va1.61.01.01/INS-va1.61.01.01.hl7"
        preuve = next(p for r in run[1].requirements for p in r.preuves if p.id == "INS/va1.61.01.01")
        assert hashlib.sha256(archive.read(produced)).hexdigest() == preuve.sha256
    assert names[-2:] == [MANIFEST, SIGNATURE] and names[:-2] == sorted(names[:-2])
    assert {"results.json", "report.html", "evidence/journal-main.jsonl", "evidence/exchanges-main.jsonl"} <= set(names)
    assert not [n for n in names if n.endswith((".tmp", "dossier.zip")) or "cach" in n]
    assert {(r["preuve"], r["statut"], r["fichier"]) for r in rows} >= {("INS/va1.61.01.01", "produite", produced)}
    assert len(rows) == sum(len(r.preuves) for r in run[1].requirements)


def test_the_files_of_a_preuve_and_of_a_declaration_stand_together(tmp_path: Path) -> None:
    """One file is named after its preuve; several keep the names that their attestation gives; the same number given
    to another dispositif stays away."""
    results = campaign(tmp_path / "run")
    store = EvidenceStore(tmp_path / "run" / "evidence", "attestations")
    first, second = [(r, p) for r in results.requirements for p in r.preuves if p.status == "to_supply"][:2]
    given = (
        ("personne", "attestation.yaml", first[1].id, b"preuve: 1", DPI),
        ("personne", "écran 1.png", first[1].id, b"1", DPI),
        ("personne", "ecran-2.png", first[1].id, b"2", DPI),
        ("personne", "autre.png", first[1].id, b"3", "HOP-PFI-Va2"),
        ("personne", "attestation.yaml", second[1].id, b"preuve: 2", DPI),
        ("personne", "film.mp4", second[1].id, b"4", DPI),
        ("éditeur", "PORT-va1.01.yaml", "PORT/va1.01", b"requirement: PORT/va1.01", DPI),
        ("éditeur", "PORT-va1.01.pdf", "PORT/va1.01", b"%PDF-1.4", DPI),
    )
    for role, name, label, data, note in given:
        results.exchanges.append(store.record("observed", "preuve/file", role, name, label, data, note))
    for (_, preuve), content in ((first, b"1"), (second, b"4")):
        preuve.status, preuve.sha256 = "supplied", hashlib.sha256(content).hexdigest()
        preuve.file = f"evidence/objects/{preuve.sha256[:2]}/{preuve.sha256}"
    names = [p.path for p in place(results, tmp_path / "run")]
    here = [PurePosixPath(n).name for n in names if f"/{slug(first[1].id)}/" in n]
    assert here == ["ecran-1.png", "attestation.yaml", "ecran-2.png"]
    here = [PurePosixPath(n).name for n in names if f"/{slug(second[1].id)}/" in n]
    assert here == [f"{slug(second[1].id)}.mp4", "attestation.yaml"]
    folder = "preuves/HOP-DPI-Va2/PORT/PORT-va1.01-non-applicable"
    assert [n for n in names if "non-applicable" in n] == [f"{folder}/PORT-va1.01.yaml", f"{folder}/PORT-va1.01.pdf"]


def test_the_same_campaign_gives_the_same_bytes_but_for_the_signature(
    built: Path, run: tuple[Path, Results], signer: Signer, tmp_path: Path
) -> None:
    build(*run, tmp_path / "again.zip", signer[0], [signer[1]])
    with zipfile.ZipFile(built) as one, zipfile.ZipFile(tmp_path / "again.zip") as other:
        end = one.getinfo(SIGNATURE).header_offset
        assert end == other.getinfo(SIGNATURE).header_offset
    assert built.read_bytes()[:end] == (tmp_path / "again.zip").read_bytes()[:end]


def test_one_thousand_altered_bytes_are_one_thousand_refusals(built: Path, tmp_path: Path) -> None:
    """At random over the whole file, and everywhere in what is not content: manifest, signature, directory, headers."""
    data, chance = built.read_bytes(), random.Random(11)
    copy = tmp_path / "copy.zip"
    with zipfile.ZipFile(built) as archive:
        tail = archive.getinfo(SIGNATURE).header_offset
        heads = [i.header_offset + n for i in archive.infolist()[:5] for n in range(30)]
    places = [chance.randrange(len(data)) for _ in range(600)]
    places += [chance.randrange(tail, len(data)) for _ in range(250)] + heads
    assert len(places) == 1000
    missed = []
    for at in places:
        touched = bytearray(data)
        touched[at] ^= chance.randrange(1, 256)
        copy.write_bytes(touched)
        if not altered(copy):
            missed.append(at)
    assert missed == []


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"x" + data,
        lambda data: data + b"x",
        lambda data: data[:-1],
        lambda data: data[:-2] + b"\x01\x00c",
        lambda data: data[: len(data) // 2] + data[len(data) // 2 + 1 :],
        lambda data: data[: len(data) // 2] + b"\0" + data[len(data) // 2 :],
    ],
    ids=["prefix", "suffix", "cut", "comment", "byte removed", "byte added"],
)
def test_bytes_around_and_between_entries_are_found(
    built: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    copy = tmp_path / "copy.zip"
    copy.write_bytes(change(built.read_bytes()))
    assert altered(copy)


def _rewritten(built: Path, target: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """The same archive written again by our own writer, its files changed, manifest and signature kept."""
    with zipfile.ZipFile(built) as archive:
        files = {n: archive.read(n) for n in archive.namelist()}
    change(files)
    with target.open("w+b") as file:
        writer = Writer(file)
        for name, data in files.items():
            writer.add(name, data, method=STORED)
        writer.close()
    return target


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda files: files.update({"results.json": files["results.json"] + b" "}), "results.json: altéré"),
        (lambda files: files.pop("report.html"), "report.html: absent"),
        (lambda files: _insert(files, "en-trop.txt"), "en-trop.txt: en trop"),
    ],
    ids=["changed", "missing", "extra"],
)
def test_a_file_changed_missing_or_more_is_named(
    built: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], Any], told: str
) -> None:
    found = verify(_rewritten(built, tmp_path / "copy.zip", change))
    assert any(told in p for p in found.problems), found.problems


def _insert(files: dict[str, bytes], name: str) -> None:
    kept = dict(files)
    files.clear()
    files |= {name: b"x"} | kept


def test_a_manifest_signed_by_somebody_else_names_somebody_else(built: Path, tmp_path: Path) -> None:
    """Whoever replaces manifest and signature signs with a key of their own: the verifier sees whose."""
    key, certificate = make("Faussaire", NOW)

    def forge(files: dict[str, bytes]) -> None:
        files[SIGNATURE] = sign(files[MANIFEST], key, [certificate])

    found = verify(_rewritten(built, tmp_path / "copy.zip", forge))
    assert any("signature" in p for p in found.problems) and found.signed is None


def test_a_manifest_that_is_not_canonical_is_refused(built: Path, tmp_path: Path, signer: Signer) -> None:
    def spaced(files: dict[str, bytes]) -> None:
        files[MANIFEST] += b"\n"
        files[SIGNATURE] = sign(files[MANIFEST], signer[0], [signer[1]])

    assert any("canonique" in p for p in verify(_rewritten(built, tmp_path / "copy.zip", spaced)).problems)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"bonjour", b"PK\x03\x04" * 20])
def test_what_is_no_dossier_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.zip"
    path.write_bytes(content)
    with pytest.raises(DossierError, match=r"other\.zip"):
        verify(path)


def test_a_zip_of_another_maker_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
        archive.writestr(MANIFEST, "{}")
    with pytest.raises(DossierError, match="altérée"):
        verify(path)


def test_announced_sizes_are_bounded(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MAX_TOTAL", 10)
    assert any("tailles annoncées" in p for p in verify(built).problems)


def test_unpacking_stays_inside(built: Path, tmp_path: Path) -> None:
    found = verify(built)
    assert extract(built, found.entries, tmp_path / "out") == []
    inside = [p for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert len(inside) == len(found.manifest.files)
    assert extract(built, found.entries[:1], tmp_path / "out") == [f"{found.entries[0].name}: en double"]


def test_a_failed_build_leaves_nothing(
    run: tuple[Path, Results], signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "sign", full)
    with pytest.raises(OSError, match="No space"):
        build(*run, tmp_path / "dossier.zip", signer[0], [signer[1]])
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_the_deposit_refuses_stops_the_build(
    run: tuple[Path, Results], signer: Signer, tmp_path: Path
) -> None:
    copy = shutil.copytree(run[0], tmp_path / "run")
    (copy / "évaluation.pdf").write_bytes(b"%PDF-")
    with pytest.raises(DossierError, match="évaluation"):
        build(copy, run[1], tmp_path / "dossier.zip", signer[0], [signer[1]])


def test_a_link_out_of_the_campaign_is_not_followed(run: tuple[Path, Results], signer: Signer, tmp_path: Path) -> None:
    copy = shutil.copytree(run[0], tmp_path / "run")
    (copy / "lien.json").symlink_to("/etc/passwd")
    manifest = build(copy, run[1], tmp_path / "dossier.zip", signer[0], [signer[1]])
    assert "lien.json" not in {f.path for f in manifest.files}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CDA/HL7.02.01.01", "CDA-HL7.02.01.01"),
        ("Écran d'accueil (n° 1).PNG", "Ecran-d-accueil-n-1-.PNG"),
        ("../../x", "x"),
        ("...", "sans-nom"),
        ("é" * 200, "e" * 60),
    ],
)
def test_names_are_what_any_deposit_takes(text: str, name: str) -> None:
    assert slug(text) == name and acceptable(name)


def test_the_manifest_is_canonical_whatever_its_order(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        raw = archive.read(MANIFEST)
    shuffled = json.dumps(dict(reversed(json.loads(raw).items())))
    assert Manifest.model_validate_json(shuffled).canonical() == raw


def test_an_entry_twice_is_refused_by_the_writer() -> None:
    writer = Writer(io.BytesIO())
    writer.add("a", b"")
    with pytest.raises(ArchiveError):
        writer.add("a", b"")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl n'est pas installé sur cette machine")
def test_openssl_verifies_the_manifest_of_a_dossier(built: Path, signer: Signer, tmp_path: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        archive.extract(MANIFEST, tmp_path)
        archive.extract(SIGNATURE, tmp_path)
    (tmp_path / "ca.pem").write_bytes(signer[1].public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", SIGNATURE, "-content", MANIFEST]
    command += ["-CAfile", "ca.pem", "-purpose", "any", "-partial_chain", "-out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == (tmp_path / MANIFEST).read_bytes()
