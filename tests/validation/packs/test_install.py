"""Bringing a pack in: from a folder or a ZIP, whole or not at all, and only what is asked for."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest
from pack_samples import EDITION, FILES, IHE, JDV, STRUCMIN, XSD, archive, folder
from shared import OFFICIAL_CDA, SHARED, needs_shared

from rempart.validation.packs import source
from rempart.validation.packs.catalogue import catalogue, manifest, models, parse_name
from rempart.validation.packs.install import Refused, install, remove
from rempart.validation.packs.integrity import Problem, verify
from rempart.validation.packs.source import SourceError
from rempart.validation.packs.store import Installed, StoreError, find, installed_names, open_pack, packs_store

NAME = "ci-sis-cda"


def _install(path: Path, edition: str = EDITION) -> Installed:
    return install(NAME, edition, path, "essai")


def test_every_known_edition_has_its_manifest() -> None:
    for pack in catalogue().values():
        for edition in pack.editions:
            files = manifest(pack.name, edition)
            assert files and all(pack.takes(name) for name in files)
            made = {d.file for d in pack.derived}
            assert pack.schema_file in {*files, *made} and not made & set(files)
            assert pack.latest in pack.editions and pack.editions[edition].commit in pack.archive(edition)
            for layer in pack.schematrons:
                assert "{model}" in layer.file or layer.file in files


def test_every_model_of_the_table_is_a_file_of_the_pack() -> None:
    files = manifest(NAME, "2025-02")
    named = {m for versions in models(NAME).values() for m in versions.values()}
    assert {f"schematrons/CI-SIS_{m}.sch" for m in named} <= set(files) and len(named) == 58  # all but TLM-CR


@pytest.mark.parametrize("text", ["", "inconnu", "CI-SIS-CDA", "xds@", "xds@../x", "xds@a/b", "xds@.x"])
def test_a_name_that_names_no_pack_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="pack"):
        parse_name(text)


def test_a_folder_is_installed_with_what_belongs_to_the_pack(tmp_path: Path) -> None:
    path = folder(tmp_path / "source")
    for name in ("LISEZ-MOI.docx", "schematrons/moteur/saxon.jar", "schematrons/rapports/r.xml", "ExemplesCDA/x.xml"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text("x")
    done = _install(path)
    assert set(done.digests) == set(FILES) and not done.published and verify(done) == []
    assert find(NAME) == done and installed_names() == [f"{NAME}@{EDITION}"]
    assert [p.name for p in packs_store().iterdir()] == [f"{NAME}@{EDITION}"]


@pytest.mark.parametrize("top", ["", "depot-abc/", "a/"])
def test_a_zip_is_installed_wherever_its_root_is(tmp_path: Path, top: str) -> None:
    assert set(_install(archive(tmp_path / "a.zip", top=top)).digests) == set(FILES)


def test_another_commit_takes_the_place_of_the_former(tmp_path: Path) -> None:
    first = _install(folder(tmp_path / "one"))
    second = _install(folder(tmp_path / "two", IHE=FILES[IHE].replace("titre", "nom")))
    assert first.stamp != second.stamp and verify(second) == [] and len(list(packs_store().iterdir())) == 1


def test_the_newest_edition_is_the_one_that_is_meant(tmp_path: Path) -> None:
    for edition in ("2026-02", "2027-01", "2026-11"):
        _install(folder(tmp_path / "source"), edition)
    assert find(NAME).edition == "2027-01" and find(f"{NAME}@2026-02").edition == "2026-02"
    with pytest.raises(StoreError, match="n'est pas installé"):
        find(f"{NAME}@2028-01")


def test_the_derived_value_set_is_made_when_it_is_absent(tmp_path: Path) -> None:
    derived = catalogue()[NAME].derived[0]
    path = folder(tmp_path / "source")
    (path / derived.source).write_text(FILES[JDV])
    done = _install(path)
    text = (done.root / derived.file).read_text("utf-8")
    assert set(done.derived) == {derived.file} and verify(done) == []
    assert '<concept code="A" codeSystem="9" displayName=""/>' in text and "<valueSet " in text
    (done.root / derived.file).write_text(text.replace('"A"', '"Z"'))
    assert verify(done) == [Problem("modifié", derived.file)]


def test_a_removed_pack_is_gone(tmp_path: Path) -> None:
    done = _install(folder(tmp_path / "source"))
    remove(done.folder)
    assert installed_names() == [] and list(packs_store().iterdir()) == []


# -- what is not as published ---------------------------------------------------------------------------------------


def test_missing_altered_and_extra_files_are_named(tmp_path: Path) -> None:
    done = _install(folder(tmp_path / "source"))
    (done.root / IHE).write_text("autre")
    (done.root / JDV).unlink()
    (done.root / "intrus.xml").write_text("x")
    (done.root / STRUCMIN).unlink()
    (done.root / STRUCMIN).symlink_to(done.root / XSD)
    told = {(p.kind, p.path) for p in verify(done)}
    assert told == {("modifié", IHE), ("absent", JDV), ("en trop", "intrus.xml"), ("modifié", STRUCMIN)}


def test_a_record_that_is_altered_with_its_file_fools_nobody(tmp_path: Path) -> None:
    """The SHA-256 of a published edition are those of the project, not those of the store."""
    files = dict.fromkeys(manifest("xds", "2026-08"), "x")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(Refused) as refused:
        install("xds", "2026-08", tmp_path, "essai")
    assert {p.path for p in refused.value.problems} == set(files) and installed_names() == []
    assert list(packs_store().iterdir()) == []


def test_a_published_edition_with_a_file_less_is_refused(tmp_path: Path) -> None:
    first = min(manifest("xds", "2026-08"))
    (tmp_path / first).parent.mkdir(parents=True)
    (tmp_path / first).write_text("x")
    with pytest.raises(Refused) as refused:
        install("xds", "2026-08", tmp_path, "essai")
    assert [p.kind for p in refused.value.problems].count("absent") == len(manifest("xds", "2026-08")) - 1


@pytest.mark.parametrize("record", ["", "{}", "[]", '{"files": [], "derived": {}, "origin": ""}'])
def test_a_record_that_cannot_be_read_is_said(tmp_path: Path, record: str) -> None:
    done = _install(folder(tmp_path / "source"))
    (done.folder / "pack.json").write_text(record)
    with pytest.raises(StoreError, match="lisible"):
        open_pack(NAME, EDITION)


# -- hostile sources ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../dehors.xml", "/racine.xml", "a/../../b.xml", "c:/x.xml", "a\\b.xml", "a\x01.xml"])
def test_a_zip_that_climbs_out_is_refused_whole(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="chemin refusé"):
        _install(archive(tmp_path / "a.zip", more={name: b"x"}))
    assert installed_names() == [] and not list(tmp_path.rglob("dehors.xml"))


def test_a_zip_with_a_link_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as target:
        link = zipfile.ZipInfo("depot-abc/schematrons/lien.sch")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
    with pytest.raises(SourceError, match="lien"):
        _install(path)


def test_a_zip_with_a_name_twice_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as target, pytest.warns(UserWarning):
        target.writestr(f"depot-abc/{IHE}", "autre")
    with pytest.raises(SourceError, match="deux fois"):
        _install(path)


def test_a_bomb_is_refused_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_FILE", 100_000)
    path = archive(tmp_path / "a.zip", more={"depot-abc/schematrons/bombe.sch": b" " * 5_000_000})
    assert path.stat().st_size < 20_000
    with pytest.raises(SourceError, match="dépasse"):
        _install(path)


@pytest.mark.parametrize(("limit", "words"), [("MAX_TOTAL", "Mio de fichiers"), ("MAX_ENTRIES", "entrées")])
def test_an_archive_of_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    monkeypatch.setattr(source, limit, 3)
    with pytest.raises(SourceError, match=words):
        _install(archive(tmp_path / "a.zip"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"pas une archive"])
def test_what_is_no_zip_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(SourceError, match="ZIP"):
        _install(tmp_path / "a.zip")


def test_a_damaged_zip_leaves_what_was_installed(tmp_path: Path) -> None:
    before = _install(folder(tmp_path / "source"))
    path = archive(tmp_path / "a.zip")
    data = bytearray(path.read_bytes())
    at = data.index(b"depot-abc/") + 90  # in the compressed bytes of the first file
    data[at : at + 20] = b"\xff" * 20
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="décompressé"):
        _install(path)
    assert find(NAME) == before and verify(before) == []


def test_a_link_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    path = folder(tmp_path / "source", JDV="")
    (tmp_path / "secret").write_text("secret")
    (path / "jeuxDeValeurs").mkdir()
    (path / JDV).symlink_to(tmp_path / "secret")
    assert JDV not in _install(path).digests


def test_a_folder_that_is_no_pack_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="ne contient pas le pack"):
        _install(tmp_path)
    with pytest.raises(SourceError, match="ni dossier ni archive"):
        _install(tmp_path / "rien")


# -- the official ones ----------------------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(("name", "path"), [("ci-sis-cda", OFFICIAL_CDA), ("xds", SHARED / "schemas" / "xds")])
def test_the_official_files_are_those_of_the_manifest(tmp_path: Path, name: str, path: Path) -> None:
    done = install(name, catalogue()[name].latest, path, "essai")
    assert done.published and verify(done) == [] and set(done.derived) == {d.file for d in done.pack.derived}
    from lxml import etree

    etree.XMLSchema(etree.parse(done.root / done.pack.schema_file))
