"""`rempart rules`: every rule explained from what applies it, and an index that is computed."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result

from rempart.cli.rule_index import missing, not_implemented, use_of
from rempart.cli.rules import rules as command
from rempart.formats.hl7v2 import Message
from rempart.resources import campaign_root
from rempart.validation.examples import example_of, sound_messages, spoil
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import rules

REGENERATE = "rempart rules list --format markdown > docs/rules.md"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("rule_id", rules())
def test_every_rule_is_explained(rule_id: str) -> None:
    shown = run("show", rule_id).stdout
    info = rules()[rule_id]
    assert info.title in shown and info.source in shown and "Traceback" not in shown
    assert ("à faire:" in shown) or info.same_as
    if rule_id.startswith("HL7-") and rule_id not in ("HL7-000", "HL7-023"):
        conforming, faulty = shown.partition("\nconforme:\n")[2], shown.partition("\nfautif:\n")[2]
        assert (conforming or not example_of(info) or (info.fault and info.fault.after)) and faulty
        assert conforming.partition("fautif:")[0] != faulty


@pytest.mark.parametrize("name", sound_messages())
def test_the_messages_of_examples_conform(name: str) -> None:
    report = validate_message(sound_messages()[name])
    assert report.verdict == "conforme" and not report.findings


@pytest.mark.parametrize("rule_id", [r.id for r in rules().values() if r.fault])
def test_a_written_fault_breaks_its_rule(rule_id: str) -> None:
    info = rules()[rule_id]
    assert info.fault and not info.wrong
    found = validate_message(spoil(info.fault)).findings
    assert rule_id in [f.rule for f in found], [(f.rule, f.location) for f in found]


@pytest.mark.parametrize("rule_id", [r.id for r in rules().values() if r.at])
def test_the_place_of_a_written_example_is_underlined(rule_id: str) -> None:
    info = rules()[rule_id]
    wrong = info.wrong if info.wrong.startswith("MSH") else "MSH|^~\\&|\r" + info.wrong
    message = Message.parse(wrong.replace("\n", "\r").encode())
    assert message.first(info.at.split("-")[0].split("[")[0])
    assert re.search(r"^ +\^+$", run("show", rule_id).stdout.partition("fautif:")[2], re.MULTILINE)


def test_show_tells_where_a_rule_is_applied() -> None:
    shown = run("show", "hl7-056").stdout
    assert "mdm-cda-2.1, mdm-lps-1.1, oru-cda-2.1: ORC-1 ∈ NW, RO, CA obligatoire" in shown
    assert "    ORC|XX\n        ^^\n" in shown and "édition:     1.0, 1.1, 2.0, 2.1" in shown
    assert "fonction one_action (cda, lps):" in run("show", "HL7-057").stdout
    assert "hl7v2.business_acknowledgement" in run("show", "HL7-115").stdout
    assert "dpi-identite-ins.feature" in run("show", "HL7-180").stdout
    assert "movements" in run("show", "HL7-158").stdout
    assert "HL7-046, qui dit la même chose" in run("show", "HL7-135").stdout
    assert "code/@code dans la table jdv-j07" in run("show", "CDA-013").stdout
    assert "non appliquée:" in run("show", "HL7-003").stdout


def test_an_unknown_rule_has_near_ones() -> None:
    result = run("show", "HL7-57")
    assert result.exit_code == 2 and "HL7-057" in result.stderr
    far = run("show", "zzz")
    assert far.exit_code == 2 and "proches" not in far.stderr


def test_list_is_chosen_by_family_and_by_word() -> None:
    def ids(*arguments: str) -> list[str]:
        return [json.loads(line)["id"] for line in run("list", "--format", "json", *arguments).stdout.splitlines()]

    assert ids() == list(rules())
    assert "HL7-130" in ids("--family", "lps") and "HL7-087" not in ids("--family", "lps")
    assert "HL7-178" in ids("--family", "ADT") and "HL7-178" in ids("--family", "adt^a47")
    assert ids("--text", "base64") == [i for i in ids() if i in ids("--text", "BASE64")]
    assert set(ids("--family", "lps", "--text", "PV1-2")) == {"HL7-046", "HL7-135"}
    nothing = run("list", "--text", "zzzzz")
    assert nothing.exit_code == 0 and "Aucune" in nothing.stderr
    part = run("list", "--format", "markdown", "--family", "zam").stdout
    assert "| HL7-119 |" in part and "HL7-200" not in part and "non appliquées" not in part


def test_every_one_of_the_200_rules_is_applied_or_its_absence_explained() -> None:
    gaps = missing()
    assert [i for i, why in gaps.items() if not why] == [], "write why in schemas/hl7v2/index/not-implemented.yaml"
    assert [i for i in not_implemented() if i not in gaps] == [], "something applies these now: drop their reason"


def test_what_only_messages_of_a_folder_show_is_told_so() -> None:
    used = use_of(rules()["HL7-167"])
    assert used.stories and not used.at_rest and used.anywhere


def test_the_index_of_rules_is_up_to_date() -> None:
    published = (campaign_root() / "docs" / "rules.md").read_text("utf-8")
    assert published == run("list", "--format", "markdown").stdout, REGENERATE
