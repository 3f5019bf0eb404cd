"""candidate.yaml: what is read, and one clear message per mistake, with its line."""

from pathlib import Path

import pytest

from rempart.candidate.config import Config, HttpDriver, load
from rempart.candidate.embedded import embedded
from rempart.candidate.errors import EndpointNotOffered
from rempart.candidate.yamlfile import MAX_SIZE, ConfigErrors

GOOD = """\
version: 1
candidate: {name: Mon DPI, version: "4.2", publisher: Éditeur, reference: NIL-1}
environment: test
profiles: [Général, Intégration INS]
timeouts: {acknowledgement: 2, action: 10.5}
dispositifs:
  HOP-DPI-Va2:
    driver: {kind: http, url: "http://127.0.0.1:8080/", headers: {Authorization: "Bearer ${REMPART_TEST_TOKEN}"}}
    endpoints:
      hl7v2: {host: 127.0.0.1, port: 4001}
    simulators:
      partner: {host: 127.0.0.1, port: 4002}
"""


def _load(folder: Path, text: str | bytes) -> Config:
    file = folder / "candidate.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(file)


def _mistakes(folder: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(ConfigErrors) as caught:
        _load(folder, text)
    return [(e.line, e.path, e.message) for e in caught.value.errors]


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMPART_TEST_TOKEN", "jeton")


def test_a_good_file_is_read(tmp_path: Path) -> None:
    config = _load(tmp_path, GOOD)
    dpi = config.dispositifs["HOP-DPI-Va2"]
    assert isinstance(dpi.driver, HttpDriver)
    assert dpi.driver.url == "http://127.0.0.1:8080"
    assert dpi.driver.headers == {"Authorization": "Bearer jeton"}
    assert (dpi.hl7v2.port, dpi.simulators.partner.port) == (4001, 4002)
    assert (config.timeouts.action, config.timeouts.silence) == (10.5, 1)
    assert not config.parallel


def test_relative_paths_start_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "fichiers").mkdir()
    driver = GOOD[GOOD.index("{kind") : GOOD.index("\n    endp")]
    config = _load(tmp_path, GOOD.replace(driver, "{kind: captures, folder: fichiers}"))
    captures = config.dispositifs["HOP-DPI-Va2"].driver
    assert captures.kind == "captures" and captures.folder == tmp_path / "fichiers"


def test_no_endpoint_is_not_offered_rather_than_broken(tmp_path: Path) -> None:
    config = _load(tmp_path, GOOD.replace("      hl7v2: {host: 127.0.0.1, port: 4001}\n", "      {}\n"))
    with pytest.raises(EndpointNotOffered):
        _ = config.dispositifs["HOP-DPI-Va2"].hl7v2


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "message"),
    [
        ("version: 1\n", "version: 2\n", 1, "version", "« 2 » n'est pas une valeur acceptée: 1"),
        ("version: 1\n", "", 1, "version", "clé obligatoire absente"),
        ("name: Mon DPI, ", "", 2, "candidate.name", "clé obligatoire absente"),
        ("name: Mon DPI", "nam: Mon DPI", 2, "candidate.nam", "clé inconnue; vouliez-vous dire « name » ?"),
        ("name: Mon DPI", "name: ''", 2, "candidate.name", "la valeur est vide"),
        ('"4.2"', "4.2", 2, "candidate.version", "un texte est attendu, 4.2 lu: mettez la valeur entre guillemets"),
        ("environment: test", "environment: recette", 3, "environment", "« recette » n'est pas une valeur acceptée"),
        ("profiles: [Général, Intégration INS]", "profiles: Général", 4, "profiles", "une liste est attendue"),
        ("profiles: [Général, Intégration INS]", "profiles: []", 4, "profiles", "il en faut au moins 1"),
        ("acknowledgement: 2", "acknowledgement: -2", 5, "timeouts.acknowledgement", "supérieure à 0, -2 lu"),
        ("acknowledgement: 2", "acknowledgement: vite", 5, "timeouts.acknowledgement", "un nombre est attendu"),
        ("acknowledgement: 2", "acknowledgement: .inf", 5, "timeouts.acknowledgement", "un nombre fini est attendu"),
        ("timeouts: {acknowledgement: 2, action: 10.5}", "timeouts: 5", 5, "timeouts", "une section"),
        ("HOP-DPI-Va2", "HOP-DPI", 7, "dispositifs.HOP-DPI", "'HOP-DPI-Va2', 'HOP-PFI-Va2'"),
        ("kind: http", "kind: htp", 8, "dispositifs.HOP-DPI-Va2.driver", "« htp » n'est pas une valeur acceptée"),
        ("kind: http, ", "", 8, "dispositifs.HOP-DPI-Va2.driver", "clé obligatoire absente: « kind »"),
        ("url: ", "urll: ", 8, "dispositifs.HOP-DPI-Va2.driver.urll", "vouliez-vous dire « url » ?"),
        ("http://127", "ftp://127", 8, "dispositifs.HOP-DPI-Va2.driver.url", "adresse http:// ou https:// attendue"),
        ("REMPART_TEST_TOKEN", "REMPART_NONE", 8, "dispositifs.HOP-DPI-Va2.driver.headers.Authorization", "absente"),
        ('url: "http://127.0.0.1:8080/", ', "", 7, "dispositifs.HOP-DPI-Va2", "veut une clé « url »"),
        ("port: 4001", "port: 70000", 10, "dispositifs.HOP-DPI-Va2.endpoints.hl7v2.port", "au plus 65535, 70000 lu"),
        ("port: 4001", "port: 0", 10, "dispositifs.HOP-DPI-Va2.endpoints.hl7v2.port", "au moins 1, 0 lu"),
        ("port: 4001", "port: mllp", 10, "dispositifs.HOP-DPI-Va2.endpoints.hl7v2.port", "un nombre entier"),
        ("port: 4001", "port: 1, port: 2", 10, "dispositifs.HOP-DPI-Va2.endpoints.hl7v2.port", "déjà donnée ligne 10"),
        ("port: 4002", "port: 4002, tls: {cert: a.pem, key: b.pem}", 12, "…partner.tls.cert", "fichier introuvable"),
        ("kind: http, ", "kind: command, command: [x], ", 8, "dispositifs.HOP-DPI-Va2.driver.url", "clé inconnue"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, path: str, message: str
) -> None:
    assert GOOD.count(old) >= 1
    mistakes = _mistakes(tmp_path, GOOD.replace(old, new, 1))
    assert [m for m in mistakes if m[0] == line and m[1].endswith(path.lstrip("…")) and message in m[2]], mistakes
    assert len({m[:2] for m in mistakes}) == len(mistakes)


def test_a_misspelt_required_key_is_one_mistake(tmp_path: Path) -> None:
    assert len(_mistakes(tmp_path, GOOD.replace("name: Mon DPI", "nom: Mon DPI"))) == 1


def test_several_mistakes_come_at_once_in_line_order(tmp_path: Path) -> None:
    text = GOOD.replace("port: 4002", "port: x").replace("environment: test", "environment: rien")
    text = text.replace("kind", "knd")
    assert [line for line, _, _ in _mistakes(tmp_path, text)] == [3, 8, 12]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "le fichier est vide"),
        ("version: 1\n\tcandidate: x", 2, "tabulation"),
        ("version: 1\ncandidate: {name: x", 2, "fermeture attendue"),
        ("version: 1\ncandidate: 'x\n", 3, "non fermé"),
        ("a: b: c", 1, "« : » inattendu"),
        ("a: &x [1]\nb: *x", 2, "alias"),
        ("a: !!python/object:os.system x", 1, "étiquettes"),
        ("a: 2024-99-99", 1, "valeur impossible"),
        ("a: 1\n---\nb: 2", 2, "un seul document"),
        ("- a\n- b", 1, "une section (clés et valeurs) est attendue"),
        ("a: " + "[" * 5000 + "]" * 5000, 1, "imbriqués"),
        ("version: 1\ncandidate: {name: Hôpital}".encode("latin-1"), 2, "UTF-8"),
        (b"a: \x00", 1, "YAML illisible"),
        (b"x" * (MAX_SIZE + 1), 1, "Kio"),
    ],
)
def test_what_is_no_yaml_says_so_and_nothing_else(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    mistakes = _mistakes(tmp_path, text)
    assert len(mistakes) == 1
    assert mistakes[0][0] == line and message in mistakes[0][2], mistakes


@pytest.mark.parametrize(("name", "message"), [("absent.yaml", "fichier introuvable"), (".", "c'est un dossier")])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ConfigErrors, match=message):
        load(tmp_path / name)


def test_messages_are_french_whatever_the_mistake(tmp_path: Path) -> None:
    """Pydantic's own English sentences would show for an error type that has no French one."""
    broken = GOOD.replace("{host: 127.0.0.1, port: 4001}", "[1]").replace("[Général, Intégration INS]", "[1, {}]")
    broken = broken.replace('{Authorization: "Bearer ${REMPART_TEST_TOKEN}"}', "[a]") + "    start: {command: x}\n"
    for _, _, message in _mistakes(tmp_path, broken):
        assert not {"should", "Input", "valid", "Field"} & set(message.split()), message


def test_the_reference_is_a_candidate_like_any_other() -> None:
    config = embedded("triple-incoherent")
    assert config.parallel and set(config.dispositifs) == {"HOP-DPI-Va2", "HOP-PFI-Va2"}
    start = config.dispositifs["HOP-PFI-Va2"].start
    assert start and start.command[2:4] == ["rempart.reference", "pfi"]
    assert start.command[-2:] == ["--mutant", "triple-incoherent"]
