"""The page handed to an auditor: complete, self-contained, and never saying more than it knows."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree, html
from reporting.fixture import campaign, large

from rempart.model.results import Results
from rempart.model.verdict import Verdict
from rempart.reporting import evidence_pages
from rempart.reporting.build import build_reports


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, str]:
    run_dir = tmp_path_factory.mktemp("run")
    record = campaign(run_dir)
    return record, build_reports(run_dir)["html"].read_text("utf-8")


@pytest.fixture(scope="module")
def page(built: tuple[Results, str]) -> etree._Element:
    return html.document_fromstring(built[1])


def scenario(page: etree._Element, key: str) -> etree._Element:
    (found,) = [d for d in css(page, "details.scenario") if key in d.xpath(".//p/code/text()")]
    return found


def css(element: etree._Element, *selectors: str) -> list[etree._Element]:
    """Descendants by `tag`, `tag.class` or `.class`, in document order."""
    tests = []
    for selector in selectors:
        tag, _, name = selector.partition(".")
        has_class = f"[contains(concat(' ', @class, ' '), ' {name} ')]" if name else ""
        tests.append(f".//{tag or '*'}{has_class}")
    return element.xpath(" | ".join(tests))


def words(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def test_each_scenario_is_listed_exactly_once_whatever_happened(
    built: tuple[Results, str], page: etree._Element
) -> None:
    listed = Counter(e.get("data-verdict") for e in css(page, "details.scenario"))
    assert listed == Counter(s.verdict.value for s in built[0].scenarios)
    assert set(listed) == {v.value for v in Verdict}
    for s in built[0].scenarios:
        scenario(page, s.key)


def test_each_requirement_shows_its_statement_source_and_note(built: tuple[Results, str], page: etree._Element) -> None:
    articles = {(a.get("data-dispositif"), css(css(a, "h5")[0], ".id")[0].text): words(a) for a in css(page, "article")}
    assert len(articles) == len(built[0].requirements) + 1  # and the one that the record does not describe
    for r in built[0].requirements:
        text = articles[r.dispositif, r.id]
        assert all(part in text for part in (r.title, r.statement, r.nature, r.profile, r.source, r.note))


def test_nothing_calls_home(built: tuple[Results, str], page: etree._Element) -> None:
    """No resource, no address but anchors of the page and the evidence beside it; and the browser is told so."""
    for element in page.iter(etree.Element):
        for name in ("href", "src", "action", "srcset", "data", "poster", "formaction", "xlink:href", "style"):
            value = element.get(name)
            assert value is None or value.startswith(("#", "evidence/objects/")), (element.tag, name, value)
    assert not css(page, "link", "img", "iframe", "object", "embed", "base", "use", "image")
    style = "".join(page.xpath("//style/text()"))
    assert "url(" not in style and "@import" not in style
    script = "".join(page.xpath("//script/text()"))
    assert not re.search(r"fetch|XMLHttp|WebSocket|sendBeacon|import\(|https?:|//\w+\.", script)
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy


def test_the_policy_lets_our_own_script_and_style_run(page: etree._Element) -> None:
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    for tag in ("style", "script"):
        digest = hashlib.sha256("".join(page.xpath(f"//{tag}/text()")).encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_what_a_candidate_sends_is_text_never_markup(built: tuple[Results, str], page: etree._Element) -> None:
    assert "<script>alert" not in built[1] and "&lt;script&gt;alert" in built[1]
    assert len(css(page, "script")) == 1
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", built[1])


def test_it_never_says_that_software_is_referenced(built: tuple[Results, str], page: etree._Element) -> None:
    assert "référencé" not in built[1].lower()
    assert "preuve produite, à instruire" in words(scenario(page, "HOP-DPI-Va2/CDA/HL7.02.01"))


def test_a_conforming_scenario_says_which_checks_judged_what(page: etree._Element) -> None:
    checks = [words(li) for li in scenario(page, "HOP-DPI-Va2/CDA/HL7.02.01").xpath(".//ul[@class='checks']/li")]
    assert checks == ["vérification hl7v2.message (family = cda) sur main-000003: aucun constat"]


def test_findings_say_where_what_and_why(page: etree._Element) -> None:
    listed = scenario(page, "HOP-DPI-Va2/CDA/HL7.02.02").xpath(".//ol[@class='findings']/li")
    assert len(listed) == 51
    first = " ".join(" ".join(listed[0].itertext()).split())
    assert first.startswith("erreur HL7-042 PID-3.1 la clé de l'INS est fausse Attendu 89 Constaté 279035121518989")
    assert "édition 2.1" in first and "Imputé à candidat" in first
    assert [li.get("class") for li in listed].index("warning") == 8  # blocking ones come first
    assert "texte ou fichier officiel" in " ".join(words(li) for li in listed)


def test_the_faulty_component_is_marked_and_leads_to_its_finding(page: etree._Element) -> None:
    bad = scenario(page, "HOP-DPI-Va2/CDA/HL7.02.02")
    marked = {m.text: [a.get("href") for a in css(m, "a")] for m in css(bad, "mark")}
    anchor = bad.get("id")
    assert marked["DOMINIQUE"] == [f"#{anchor}-c3", f"#{anchor}-c9"]
    assert marked["279035121518989"] == [f"#{anchor}-c1"]
    assert "PAT-TROIS" not in marked
    assert {a.get("href", "")[1:] for a in css(page, "a.ref")} <= {e.get("id") for e in page.xpath("//*[@id]")}


def test_anchors_are_unique_and_links_lead_somewhere(page: etree._Element) -> None:
    ids = Counter(page.xpath("//@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {h[1:] for h in page.xpath("//a/@href") if h.startswith("#")} <= set(ids)


def test_messages_are_readable_and_documents_folded(page: etree._Element) -> None:
    good = scenario(page, "HOP-DPI-Va2/CDA/HL7.02.01")
    rows = {css(r, ".address")[0].text: words(css(r, "td")[0]) for r in good.xpath(".//table[@class='hl7']//tr[td]")}
    assert rows["PID-3[2]"] == "12345^^^CHU-X^PI"
    assert rows["OBX-5"].startswith("^text^XML^Base64^PD94") and rows["OBX-5"].endswith("Ko)")
    assert len(rows["OBX-5"]) < 150
    assert '"document": "CR-1"' in good.text_content()


def test_every_exchange_names_its_sha256(built: tuple[Results, str], page: etree._Element) -> None:
    named = Counter(css(d, ".sha")[0].text_content() for d in css(page, "details.exchange"))
    assert named == Counter(e.sha256 for e in built[0].exchanges)


def test_lost_and_altered_evidence_is_told_twice(page: etree._Element) -> None:
    problems = words(page.get_element_by_id("problemes"))
    assert "absente" in problems and "altérée" in problems and "exchanges-gw1.jsonl" in problems
    notices = [words(n) for n in css(scenario(page, "HOP-PFI-Va2/CDA/HL7.02.02"), ".notice")]
    assert len(notices) == 2


def test_totals_agree_with_the_entries(built: tuple[Results, str], page: etree._Element) -> None:
    tables = css(page, "table.totals")
    assert len(tables) == 3
    for table in tables:
        rows = [r for r in css(table, "tr") if css(r, "td.total")]
        totals = Counter()
        for row in rows:
            totals[css(row, "th")[0].text] += int(css(row, "td.total")[0].text)
        assert totals == {"exigences": len(built[0].requirements), "scénarios": len(built[0].scenarios)}


def test_preuves_still_to_be_supplied_come_first(built: tuple[Results, str], page: etree._Element) -> None:
    groups = css(page.get_element_by_id("preuves"), "details")
    assert groups[0].get("open") is not None
    assert f"À fournir par l'éditeur ({len(built[0].requirements)})" in words(groups[0])
    listed = {words(css(r, "th")[0]) for r in css(css(groups[0], "tbody")[0], "tr")}
    assert listed == {p.id for r in built[0].requirements for p in r.preuves if p.status == "to_supply"}


def test_a_person_can_use_it_without_a_mouse_or_colours(page: etree._Element) -> None:
    assert page.get("lang") == "fr"
    assert css(page, "a.skip")[0].get("href") == "#exigences"
    assert len(css(page, "main")) == len(page.xpath("//nav[@aria-label]")) == len(css(page, "footer")) == 1
    assert all(css(t, "caption") for t in css(page, "table"))
    assert all(d.find("summary") is not None for d in css(page, "details"))
    assert all(words(b)[2:] in {v.label for v in Verdict} for b in css(page, ".badge"))
    assert all(f.getparent().tag == "label" for f in css(page, "select", "input"))


def test_the_report_names_the_record_it_is_built_from(tmp_path: Path) -> None:
    campaign(tmp_path)
    text = build_reports(tmp_path)["html"].read_text("utf-8")
    assert hashlib.sha256((tmp_path / "results.json").read_bytes()).hexdigest() in text


def test_a_large_campaign_lays_out_the_worst_first_and_says_what_it_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_pages, "PAGE_BUDGET", 10_000)
    record = large(tmp_path, 200)
    page = html.document_fromstring(build_reports(tmp_path)["html"].read_text("utf-8"))
    assert len(css(page, "details.scenario")) == len(css(page, "details.exchange")) == 200
    laid_out = [d for d in css(page, "details.scenario") if css(d, "table.hl7")]
    assert 4 <= len(laid_out) < 20
    assert [d.get("data-verdict") for d in laid_out].count("non_conforme") == 4  # all of them, wherever they stand
    assert f"{200 - len(laid_out)} échanges sur 200" in words(page.get_element_by_id("verifier"))
    digests = {css(d, ".sha")[0].text_content() for d in css(page, "details.exchange")}
    assert digests == {e.sha256 for e in record.exchanges}
