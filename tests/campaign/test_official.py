"""The official wording stands beside ours; a REM that cannot be read takes nothing away."""

from __future__ import annotations

import json
from pathlib import Path

from reporting.fixture import campaign

from rempart.campaign.official import Quotes, quotes
from rempart.catalog import load
from rempart.catalog.sheets import Library, Rem, RemEvidence, RemRequirement, RemScenario

DPI = "HOP-DPI-Va2"


def _library(folder: Path) -> Library:
    library = Library(folder / "rem")
    scenario = RemScenario(id="CDA/HL7.02.01", text="Transmettre", evidence=(RemEvidence(id="P1", text="Lien"),))
    requirement = RemRequirement(id="SC.CDA/HL7.02", statement="Énoncé officiel", scenarios=(scenario,))
    library.save(Rem(dispositif=DPI, edition="2024", requirements=(requirement,), sha256="ab" * 32))
    return library


def test_it_is_quoted_where_the_rem_has_it(tmp_path: Path) -> None:
    record = campaign(tmp_path)
    for edition in ("", "2024"):
        quoted_by = quotes(load().requirements, edition, _library(tmp_path))
        found = Quotes.read(json.loads(json.dumps(quoted_by.written()))).put_in(record)
        quoted = {(r.dispositif, r.id): r.official_wording for r in found.requirements if r.official_wording}
        assert set(quoted) == {(DPI, "CDA/HL7.02")}
        wording = quoted[DPI, "CDA/HL7.02"]
        assert (wording.edition, wording.statement, wording.scenarios, wording.preuves) == (
            "2024", "Énoncé officiel", {"CDA/HL7.02.01": "Transmettre"}, {"P1": "Lien"},
        )  # fmt: skip
        assert found.campaign.versions[f"REM {DPI}"] == f"2024 ({'ab' * 6})"
        assert [s.verdict for s in found.scenarios] == [s.verdict for s in record.scenarios]


def test_none_asks_for_nothing(tmp_path: Path) -> None:
    record = campaign(tmp_path)
    assert quotes(load().requirements, "none", _library(tmp_path)).put_in(record) == record


def test_a_damaged_edition_is_told(tmp_path: Path) -> None:
    record, library = campaign(tmp_path), _library(tmp_path)
    library.path(DPI, "2024").write_text("{")
    found = quotes(load().requirements, "", library).put_in(record)
    assert found.requirements == record.requirements
    assert "énoncé officiel non repris" in found.problems[-1]
