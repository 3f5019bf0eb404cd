"""Each construct of Schematron, on schemas of our own: what fires, what fails, in which words and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schematron_samples import VALUES, doc, run, schema, texts


def test_an_assert_fails_when_false_and_a_report_when_true(tmp_path: Path) -> None:
    text = schema(
        '<pattern id="p"><rule context="d:a"><assert test="@x = 1" id="A1" role="Warning" see="urn:s">assert</assert>'
        '<report test="@x = 1">report</report></rule></pattern>'
    )
    outcome = run(tmp_path, text, doc('<a x="1"/><a x="2"/>'))
    assert [(f.kind, f.text, f.at) for f in outcome.failures] == [
        ("report", "report", "/Q{urn:d}d[1]/Q{urn:d}a[1]"),
        ("assert", "assert", "/Q{urn:d}d[1]/Q{urn:d}a[2]"),
    ]
    failed = outcome.failures[1]
    assert (failed.identifier, failed.role, failed.see, failed.pattern) == ("A1", "warning", "urn:s", "p")
    assert (failed.test, failed.context, failed.file, outcome.fired) == ("@x = 1", "d:a", "essai.sch", 2)


def test_only_the_first_rule_of_a_pattern_that_matches_runs(tmp_path: Path) -> None:
    text = schema(
        '<pattern><rule context="d:a[@x]"><assert test="false()">first</assert></rule>'
        '<rule context="d:a"><assert test="false()">second</assert></rule></pattern>'
        '<pattern><rule context="*"><assert test="false()">other pattern</assert></rule></pattern>'
    )
    outcome = run(tmp_path, text, doc('<a x="1"/><a/>'))
    assert sorted(texts(outcome)) == ["first", "other pattern", "other pattern", "other pattern", "second"]
    assert outcome.fired == 5


_NAMES = ("a", "b", "c")
_TREES = st.recursive(st.sampled_from(_NAMES).map(lambda n: (n, ())), lambda below: st.tuples(
    st.sampled_from(_NAMES), st.lists(below, max_size=3).map(tuple)), max_leaves=12)  # fmt: skip
_PATTERNS = st.lists(
    st.lists(st.sampled_from(["d:a", "d:b", "d:c", "*", "d:a/d:b", "d:b//d:c"]), min_size=1, max_size=3),
    min_size=1, max_size=4,
)  # fmt: skip


def _xml(tree: tuple) -> str:  # type: ignore[type-arg]
    return f"<{tree[0]}>{''.join(_xml(t) for t in tree[1])}</{tree[0]}>"


def _expected(tree: tuple, patterns: list[list[str]], above: tuple[str, ...]) -> int:  # type: ignore[type-arg]
    """Rules that fire on a tree, by what the standard says of each node and pattern."""
    name = tree[0]

    def matches(context: str) -> bool:
        if context == "*":
            return True
        if context == "d:a/d:b":
            return name == "b" and above[-1:] == ("a",)
        if context == "d:b//d:c":
            return name == "c" and "b" in above
        return context == f"d:{name}"

    here = sum(any(matches(c) for c in pattern) for pattern in patterns)
    return here + sum(_expected(t, patterns, (*above, name)) for t in tree[1])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=_TREES, patterns=_PATTERNS)
def test_a_node_fires_one_rule_at_most_in_each_pattern(
    tmp_path_factory: pytest.TempPathFactory,
    tree: tuple,
    patterns: list[list[str]],  # type: ignore[type-arg]
) -> None:
    rules = [[f'<rule context="{c}"><assert test="true()">x</assert></rule>' for c in p] for p in patterns]
    text = schema("".join(f"<pattern>{''.join(r)}</pattern>" for r in rules))
    outcome = run(tmp_path_factory.mktemp("p"), text, doc(_xml(tree)))
    assert outcome.status == "ok" and outcome.fired == _expected(("d", (tree,)), patterns, ())


def test_an_abstract_pattern_is_instantiated_with_its_parameters(tmp_path: Path) -> None:
    text = schema(
        '<pattern id="code" abstract="true"><rule context="$elt"><assert test="@code = $code">'
        '<value-of select="$said"/>'
        " veut <value-of select='$code'/></assert></rule></pattern>"
        '<pattern id="one" is-a="code"><param name="elt" value="d:a"/><param name="code" value="\'A\'"/>'
        '<param name="said" value="\'a\'"/></pattern>'
        '<pattern id="two" is-a="code"><param name="elt" value="d:b"/><param name="code" value="\'B\'"/>'
        '<param name="said" value="\'b\'"/></pattern>'
    )
    outcome = run(tmp_path, text, doc('<a code="Z"/><b code="B"/>'))
    assert texts(outcome) == ["a veut A"] and outcome.failures[0].pattern == "one" and outcome.fired == 2


def test_a_longer_parameter_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    text = schema(
        '<pattern id="p" abstract="true"><rule context="d:a"><assert test="$pathologic = 2">x</assert></rule></pattern>'
        '<pattern is-a="p"><param name="path" value="9"/><param name="pathologic" value="2"/></pattern>'
    )
    assert texts(run(tmp_path, text, doc("<a/>"))) == []


def test_abstract_rules_extend_each_other_with_their_variables(tmp_path: Path) -> None:
    text = schema(
        '<pattern><rule abstract="true" id="base"><let name="n" value="count(*)"/>'
        '<assert test="every $c in * satisfies $c/@y or $n = 0">base <value-of select="$n"/></assert></rule>'
        '<rule abstract="true" id="more"><extends rule="base"/><assert test="@x">more</assert></rule></pattern>'
        '<pattern id="p"><rule context="d:a"><extends rule="more"/><assert test="@z">own</assert></rule>'
        '<rule context="d:b"><extends rule="base"/></rule></pattern>'
    )
    outcome = run(tmp_path, text, doc("<a><c/></a><b><c/><c/></b>"))
    assert texts(outcome) == ["base 1", "more", "own", "base 2"] and outcome.fired == 2
    assert {f.context for f in outcome.failures[:3]} == {"d:a"} and outcome.failures[3].context == "d:b"


def test_an_abstract_rule_may_give_its_variables_to_the_rule_that_extends_it(tmp_path: Path) -> None:
    text = schema(
        '<pattern><rule abstract="true" id="base"><let name="n" value="count(*)"/></rule>'
        '<rule context="d:a"><extends rule="base"/><assert test="$n = 1">n vaut <value-of select="$n"/></assert></rule>'
        '<rule abstract="true" id="needs"><assert test="$m = 1">m vaut <value-of select="$m"/></assert></rule>'
        '<rule context="d:b"><let name="m" value="3"/><extends rule="needs"/></rule></pattern>'
    )
    assert texts(run(tmp_path, text, doc("<a><b/><b/></a>"))) == ["n vaut 2", "m vaut 3", "m vaut 3"]


def test_variables_of_the_schema_the_phase_a_pattern_and_a_rule(tmp_path: Path) -> None:
    text = schema(
        '<let name="s" value="1"/><phase id="ph"><let name="f" value="2"/><active pattern="p"/><active pattern="q"/>'
        '<active pattern="gone"/></phase>'
        '<pattern id="p"><let name="v" value="3"/><rule context="d:a"><let name="r" value="4"/>'
        '<assert test="false()"><value-of select="$s, $f, $v, $r"/></assert></rule></pattern>'
        '<pattern id="q"><let name="v" value="30"/><rule context="d:a"><assert test="false()"><value-of select="$v"/>'
        "</assert></rule></pattern>"
        '<pattern id="off"><rule context="d:a"><assert test="false()">inactive</assert></rule></pattern>',
        attributes='defaultPhase="ph"',
    )
    outcome = run(tmp_path, text, doc("<a/>"))
    assert texts(outcome) == ["1 2 3 4", "30"] and outcome.unknown == ["gone"]


def test_the_variable_of_a_pattern_serves_the_others(tmp_path: Path) -> None:
    """The official schemas name their value sets in one pattern and use them in all."""
    text = schema(
        '<pattern id="p"><let name="jdv" value="\'v.xml\'"/><rule context="d:b"><assert test="true()">x</assert></rule>'
        '</pattern><pattern><rule context="d:a"><assert test="document($jdv)//svs:Concept[@code = current()/@code]">'
        'hors de <value-of select="$jdv"/></assert></rule></pattern>'
    )
    outcome = run(tmp_path, text, doc('<a code="A"/><a code="Z"/>'), {"v.xml": VALUES})
    assert texts(outcome) == ["hors de v.xml"] and not outcome.faults


def test_messages_quote_values_names_and_diagnostics(tmp_path: Path) -> None:
    text = schema(
        '<pattern><rule context="d:a"><assert test="false()" diagnostics="g">Dans <name/> de <name path=".."/>: '
        '<emph>« <value-of select="@x"/> »</emph>,   trop\n court</assert></rule></pattern>'
        '<diagnostics><diagnostic id="g">car <value-of select="count(../*)"/> frères</diagnostic></diagnostics>'
    )
    assert texts(run(tmp_path, text, doc('<a x="é"/>'))) == ["Dans a de d: « é », trop court car 1 frères"]


@pytest.mark.parametrize(
    ("context", "at"),
    [
        ("d:a/@x", "/Q{urn:d}d[1]/Q{urn:d}a[1]/@x"),
        ("d:a/text()", "/Q{urn:d}d[1]/Q{urn:d}a[1]/text()[1]"),
        ("/", "/"),
        ("d:a/comment()", "/Q{urn:d}d[1]/Q{urn:d}a[1]/comment()[1]"),
    ],
)
def test_rules_on_other_nodes_than_elements(tmp_path: Path, context: str, at: str) -> None:
    text = schema(f'<pattern><rule context="{context}"><assert test="false()">x</assert></rule></pattern>')
    outcome = run(tmp_path, text, doc('<a x="1">t<!-- c --></a>'))
    assert [f.at for f in outcome.failures] == [at]


def test_an_attribute_in_a_predicate_or_a_literal_is_no_rule_on_attributes(tmp_path: Path) -> None:
    text = schema('<pattern><rule context="d:a[@x = \'@y\']"><assert test="false()">x</assert></rule></pattern>')
    assert run(tmp_path, text, doc('<a x="@y"/><a x="1"/>')).fired == 1


# -- what cannot run ------------------------------------------------------------------------------------------------


def test_a_check_that_breaks_is_a_fault_and_the_others_go_on(tmp_path: Path) -> None:
    text = schema(
        '<pattern><rule context="d:a"><assert test="xs:date(@x) gt xs:date(\'2000-01-01\')">ancien</assert>'
        '<assert test="@y">sans y</assert></rule></pattern>'
    )
    outcome = run(tmp_path, text, doc('<a x="demain"/>'))
    assert texts(outcome) == ["sans y"]
    assert [(f.code, f.at) for f in outcome.faults] == [("FORG0001", "/Q{urn:d}d[1]/Q{urn:d}a[1]")]


@pytest.mark.parametrize(
    ("body", "attributes", "words"),
    [
        ('<pattern><rule context="d:a"><assert test="@x ===">x</assert></rule></pattern>', "", "essai.sch"),
        ('<pattern><rule context="z:a"><assert test="1">x</assert></rule></pattern>', "", "essai.sch"),
        ('<pattern><rule><assert test="1">x</assert></rule></pattern>', "", "n'a pas de contexte"),
        ('<pattern is-a="nul"/>', "", "le pattern abstrait nul n'est pas défini"),
        ('<pattern><rule context="d:a"><extends rule="nul"/></rule></pattern>', "", "la règle abstraite nul"),
        ("<pattern/>", 'defaultPhase="nulle"', "la phase nulle n'est pas définie"),
        ('<xsl:include xmlns:xsl="http://www.w3.org/1999/XSL/Transform" href="x"/>', "", "n'est pas pris en charge"),
        ('<let name="a" value="1"/><let name="a" value="2"/>', "", "la variable a a deux valeurs"),
    ],
)
def test_what_is_no_schema_is_told(tmp_path: Path, body: str, attributes: str, words: str) -> None:
    outcome = run(tmp_path, schema(body, attributes=attributes), doc("<a/>"))
    assert outcome.status == "compile" and words in outcome.reason and not outcome.fired


def test_a_query_language_that_is_not_xslt_is_refused(tmp_path: Path) -> None:
    outcome = run(tmp_path, schema("<pattern/>").replace("xslt2", "exslt"), doc("<a/>"))
    assert outcome.status == "compile" and "exslt" in outcome.reason


def test_an_abstract_rule_that_extends_itself_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rempart.validation.schematron.expand._MOST_EXTENSIONS", 50)
    body = (
        '<pattern><rule abstract="true" id="r"><extends rule="r"/></rule><rule context="d:a"><extends rule="r"/></rule>'
    )
    assert "s'étend elle-même" in run(tmp_path, schema(body + "</pattern>"), doc("<a/>")).reason


def test_a_schema_that_looks_at_nothing_fires_nothing(tmp_path: Path) -> None:
    text = schema('<pattern><rule context="d:zzz"><assert test="false()">x</assert></rule></pattern>')
    outcome = run(tmp_path, text, doc("<a/>"))
    assert (outcome.status, outcome.fired, outcome.failures) == ("ok", 0, [])


def test_findings_beyond_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rempart.validation.schematron.engine.MAX_FINDINGS", 3)
    text = schema('<pattern><rule context="d:a"><assert test="false()">x</assert></rule></pattern>')
    outcome = run(tmp_path, text, doc("<a/>" * 5))
    assert (len(outcome.failures), outcome.dropped, outcome.fired) == (3, 2, 5)


def test_a_schema_may_bring_a_function_and_a_key(tmp_path: Path) -> None:
    xsl = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:d="urn:d"'
    text = schema(
        f'<xsl:key {xsl} name="k" match="d:a" use="@x"/><xsl:function {xsl} name="d:twice"><xsl:param name="n"/>'
        '<xsl:sequence select="2 * $n"/></xsl:function>'
        "<pattern><rule context=\"d:b\"><assert test=\"count(key('k', '1')) = d:twice(1)\">x</assert></rule></pattern>"
    )
    assert texts(run(tmp_path, text, doc('<a x="1"/><a x="1"/><b/>'))) == []
