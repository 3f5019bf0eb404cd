"""What the shipped catalogue holds, counted: a requirement that disappears is seen."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from rempart.catalog import load
from rempart.resources import campaign_root, requirements_dir

CATALOG = load()
OFFICIAL = [r for r in CATALOG.requirements if r.official]


def test_every_official_id_known_is_there_once_for_each_dispositif() -> None:
    """rem.md, section 4: 230 distinct, 183 for the DPI and 105 for the PFI."""
    assert len({r.id_source for r in OFFICIAL}) == 230
    assert Counter(r.dispositif for r in OFFICIAL) == {"HOP-DPI-Va2": 183, "HOP-PFI-Va2": 105}


def test_scenarios_and_their_preuves_are_complete() -> None:
    assert len({(r.id_source, s.id) for r in OFFICIAL for s in r.scenarios}) == 235
    assert len({(r.id_source, e.id) for r in OFFICIAL for s in r.scenarios for e in s.evidence}) == 302
    assert [s.id for r in OFFICIAL for s in r.scenarios if not s.evidence] == []


def test_the_rules_of_the_programme_stand_apart() -> None:
    programme = {r.id for r in CATALOG.requirements if not r.official}
    assert len(programme) == 201  # three more are of other couloirs only
    assert all(i.startswith("SEED.") for i in programme)
    places = {CATALOG.places[r.key].startswith("programme/") for r in CATALOG.requirements if not r.official}
    assert places == {True}
    assert not any(CATALOG.places[r.key].startswith("programme/") for r in OFFICIAL)


def test_a_text_that_was_not_read_says_so_and_is_not_invented() -> None:
    unread = [r for r in OFFICIAL if r.wording_known == "none"]
    assert len(unread) == 10
    assert all(r.nature == "non lue" and r.not_tested and not r.scenarios for r in unread)


@pytest.mark.parametrize("dispositif", ["HOP-DPI-Va2", "HOP-PFI-Va2"])
def test_one_id_may_be_two_texts(dispositif: str) -> None:
    """DPI.CDA/HL7.02 is not PFI.CDA/HL7.02; SC.DMP/HISTO.08 is not DPI.DMP/HISTO.08."""
    found = CATALOG.get(dispositif, "CDA/HL7.02")
    assert found is not None and found.id_source == f"{dispositif[4:7]}.CDA/HL7.02"
    both = [CATALOG.get("HOP-DPI-Va2", i) for i in ("DMP/HISTO.08", "DPI.DMP/HISTO.08")]
    assert [r.id_source for r in both if r] == ["SC.DMP/HISTO.08", "DPI.DMP/HISTO.08"]


def test_tables_are_data() -> None:
    obligations = CATALOG.get("HOP-DPI-Va2", "SEED.OBLIG.0")
    assert obligations is not None and obligations.table is not None
    dates = [row[2] for row in obligations.table.rows]
    assert len(dates) == 8 and dates == sorted(dates) and dates[0] == "2022-12-31" and dates[-1] == "2025-12-31"
    allowed = {
        d: dict(t.table.rows)
        for d in ("12", "13")
        if (t := CATALOG.get("HOP-DPI-Va2", f"SEED.DMP.CONSENT.{d}")) and t.table
    }
    nothing = "rien n'est enregistré"
    assert (allowed["12"][nothing], allowed["13"][nothing]) == ("oui", "non")


def test_wave_1_numbers_lead_to_their_requirement() -> None:
    aliases = {(r.dispositif, a): r.id for r in OFFICIAL for a in r.aliases}
    assert aliases["HOP-DPI-Va2", "DPI.INS.12"] == "INS/va1.62"
    assert aliases["HOP-DPI-Va2", "DMP/UX.29"] == "CDA/INT.09"


def test_the_numbers_of_the_readme_are_those_of_the_catalogue() -> None:
    text = " ".join((campaign_root() / "README.md").read_text("utf-8").split())
    count = Counter(r.dispositif for r in OFFICIAL)
    ids, scenarios = {r.id_source for r in OFFICIAL}, {(r.id_source, s.id) for r in OFFICIAL for s in r.scenarios}
    preuves = {(r.id_source, e.id) for r in OFFICIAL for s in r.scenarios for e in s.evidence}
    dispositifs = f"{count['HOP-DPI-Va2']} for the DPI, {count['HOP-PFI-Va2']} for the PFI"
    assert f"{len(ids)} official ids ({dispositifs}), {len(scenarios)} scénarios and {len(preuves)} preuves" in text
    files = [yaml.safe_load(f.read_text("utf-8")) for f in (requirements_dir() / "programme").glob("*.yaml")]
    assert f"the {len({entry['id'] for file in files for entry in file})} rules" in text
    here = {r.id for r in CATALOG.requirements if not r.official}
    assert f"({len(here)} concern a DPI or a PFI)" in text
