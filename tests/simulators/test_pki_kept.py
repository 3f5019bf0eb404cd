"""The test PKI kept between campaigns."""

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rempart.simulators import pki

HOSTS = ("localhost", "127.0.0.1")


def test_it_is_made_once(tmp_path: Path) -> None:
    first = pki.kept(tmp_path / "pki", HOSTS)
    again = pki.kept(tmp_path / "pki", HOSTS)
    assert again == first and first.org_sign.key.stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["pki"]


def test_it_is_made_anew_for_another_name(tmp_path: Path) -> None:
    first = pki.kept(tmp_path / "pki", HOSTS)
    other = pki.kept(tmp_path / "pki", (*HOSTS, "dmp.hopital.test"))
    assert other.server.serial != first.server.serial
    assert pki.kept(tmp_path / "pki", HOSTS).server.serial == other.server.serial


def test_it_is_made_anew_when_its_list_of_revocations_moves(tmp_path: Path) -> None:
    """And kept by who does not know where the list is: the port is then that of another campaign."""
    nowhere = pki.kept(tmp_path / "pki", HOSTS)
    here = pki.kept(tmp_path / "pki", HOSTS, "http://127.0.0.1:2080/root.crl")
    assert here.server.serial != nowhere.server.serial
    assert pki.kept(tmp_path / "pki", HOSTS).server.serial == here.server.serial
    assert pki.kept(tmp_path / "pki", HOSTS, "http://127.0.0.1:2080/root.crl").server.serial == here.server.serial
    there = pki.kept(tmp_path / "pki", HOSTS, "http://127.0.0.1:2081/root.crl")
    assert there.server.serial != here.server.serial


def test_it_is_made_anew_when_a_file_is_gone(tmp_path: Path) -> None:
    first = pki.kept(tmp_path / "pki", HOSTS)
    first.org_sign.key.unlink()
    assert pki.kept(tmp_path / "pki", HOSTS).org_sign.serial != first.org_sign.serial


def test_several_at_once_get_a_whole_one(tmp_path: Path) -> None:
    start = threading.Barrier(4)

    def ask(_: int) -> pki.Pki:
        start.wait(10)
        return pki.kept(tmp_path / "pki", HOSTS)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert {p.server.serial for p in found} == {pki.kept(tmp_path / "pki", HOSTS).server.serial}
    assert isinstance(pki.server_context(found[0]), ssl.SSLContext)
    assert [p.name for p in tmp_path.iterdir()] == ["pki"]
