"""The pytest plugin: turns the collected scenarios into a campaign and leaves results.json behind.

Every collected scenario gets exactly one entry, whatever happens to it: passed, failed, skipped, a missing step, a
crash in preparation, an interruption.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.exceptions import StepDefinitionNotFoundError

from rempart.campaign import allure_bridge, definitions
from rempart.campaign.applicability import Applicability, applicability
from rempart.campaign.fixtures import (  # noqa: F401 - fixtures are found by name in the plugin's namespace
    deadlines,
    dmp,
    dpi,
    gap,
    judge,
    operator,
    patients,
    person,
    pfi,
    simulated_dpi,
    simulated_pfi,
)
from rempart.campaign.guards import lint_features, lint_steps, step_functions
from rempart.campaign.judge import Stopped
from rempart.campaign.ledger import Identity, Ledger
from rempart.campaign.options import add_options
from rempart.campaign.run import (
    LEDGER,
    NOT_PARALLEL,
    RUN,
    Run,
    candidate_file,
    catalog_of,
    selected_dispositifs,
    settings,
)
from rempart.campaign.selection import (  # noqa: F401 - one of pytest's hooks is among them
    Selection,
    identify_all,
    is_scenario,
    pytest_generate_tests,
)
from rempart.candidate.config import Config, ConfigErrors
from rempart.candidate.errors import NotOffered
from rempart.catalog import Catalog
from rempart.catalog.features import ATTESTATIONS
from rempart.model.inconclusive import Inconclusive
from rempart.model.verdict import Verdict
from rempart.resources import campaign_root, features_dir

Wrapper = Generator[None, Any, Any]
_SECTION = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rem(tag): étiquette d'un scénario: dispositif ou scénario de conformité")
    definitions.install()


def pytest_bdd_apply_tag(tag: str, function: Any) -> bool:
    """Tags are REM ids (`CDA/HL7.02.01`): kept as an argument, so that strict markers stay on."""
    pytest.mark.rem(tag)(function)
    return True


# -- collection ----------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """xdist: a worker cannot tell the user of a mistake, so the controller looks for them before it starts any."""
    config = session.config
    steps = campaign_root() / "steps"
    wanted = any(Path(str(a).split("::")[0]).resolve().is_relative_to(steps) for a in config.args)
    if wanted and getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        _stop_on(lint_features(features_dir()))
        _stop_on(Selection.of(config).problems(catalog_of(config)))
        _stop_on(list(applicability(candidate_file(config), _settings(config), catalog_of(config)).problems))
        if not _settings(config).parallel:
            raise pytest.UsageError(NOT_PARALLEL)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> None:
    """Before any scenario is bound: what pytest-bdd would do silently wrong stops the campaign here."""
    if file_path == campaign_root() / "steps" / "campaign.py":
        _stop_on(lint_features(features_dir()))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    scenarios = [item for item in items if is_scenario(item)]
    if not scenarios:
        return
    _stop_on(lint_steps(step_functions()))
    catalog = catalog_of(config)
    selection = Selection.of(config)
    _stop_on(selection.problems(catalog))
    identities, problems = identify_all(scenarios, catalog)
    _stop_on(problems)
    candidate = _settings(config)
    judged = selected_dispositifs(candidate, selection)
    wanted = [i for i in scenarios if selection.takes(identities[i]) and identities[i].dispositif in judged]
    scope = applicability(candidate_file(config), candidate, catalog)
    _stop_on(list(scope.problems))
    outside = {i: why for i in wanted if (why := _left_out(scope, catalog, selection, identities[i]))}
    if selection.requirements or selection.scenarios:
        _stop_on([f"{identities[i].scenario_id}: {why}" for i, why in outside.items()])
    kept = [i for i in wanted if i not in outside]
    dropped = [item for item in scenarios if item not in kept]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    # What the harness plays comes first: it is what a person waits for.
    kept.sort(key=lambda item: identities[item].feature.startswith(ATTESTATIONS))
    others = [item for item in items if item not in identities]
    items[:] = [*others, *kept]
    if config.option.collectonly:
        return
    run = Run.open(config, candidate)
    config.stash[RUN] = run
    for item in kept:
        item.stash[LEDGER] = Ledger(identities[item])
        item.stash[_SECTION] = catalog.requirement_of(identities[item].dispositif, identities[item].scenario_id).section
    run.collected([identities[item] for item in kept])


def _left_out(scope: Applicability, catalog: Catalog, selection: Selection, identity: Identity) -> str:
    requirement = catalog.requirement_of(identity.dispositif, identity.scenario_id)
    return scope.left_out_scenario(requirement, identity.scenario_id, named=selection.names(requirement))


def _settings(config: pytest.Config) -> Config:
    try:
        return settings(config)
    except ConfigErrors as error:
        raise pytest.UsageError(str(error)) from error


def _stop_on(problems: list[str]) -> None:
    if problems:
        raise pytest.UsageError("la campagne ne peut pas commencer:\n  " + "\n  ".join(problems))


# -- one scenario ----------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Wrapper:
    ledger = item.stash.get(LEDGER, None)
    if ledger is None:
        return (yield)
    run = item.config.stash[RUN]
    item.stash[LEDGER] = ledger = Ledger(ledger.identity)  # the clock starts now
    run.begin(ledger)
    try:
        return (yield)
    finally:
        run.end(ledger)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Wrapper:
    return (yield from _concluding(item))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Wrapper:
    outcome = yield from _concluding(item)
    ledger = item.stash.get(LEDGER, None)
    if ledger is not None:
        ledger.complete = True
        verdict, reason = ledger.verdict()
        if verdict is Verdict.A_ATTESTER:
            pytest.skip(f"à attester: {reason}")
        if verdict not in (Verdict.CONFORME, Verdict.ATTESTE):
            pytest.fail(f"{verdict.label}: {reason}", pytrace=False)
    return outcome


def _concluding(item: pytest.Item) -> Wrapper:
    """What stops a scenario, told in the contract's words: a person must look, could not conclude, or a finding."""
    ledger = item.stash.get(LEDGER, None)
    try:
        return (yield)
    except (pytest.skip.Exception, pytest.fail.Exception, KeyboardInterrupt):
        raise
    except NotOffered as error:
        if ledger is None:
            raise
        ledger.conclude(Verdict.A_ATTESTER, error.reason)
        pytest.skip(f"à attester: {error.reason}")
    except Inconclusive as error:
        if ledger is None:
            raise
        ledger.conclude(Verdict.INDETERMINE, error.reason)
        pytest.fail(f"indéterminé: {error.reason}", pytrace=False)
    except Stopped:
        assert ledger is not None
        pytest.fail(ledger.verdict()[1], pytrace=False)
    except StepDefinitionNotFoundError as error:  # already concluded by its own hook, which knows the step
        pytest.fail(str(error), pytrace=False)
    except Exception as error:
        if ledger is not None:
            ledger.conclude(Verdict.INDETERMINE, f"défaut du harnais: {type(error).__name__}: {error}")
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    ledger = item.stash.get(LEDGER, None)
    if ledger is not None and (report.when == "call" or (report.when == "setup" and not report.passed)):
        verdict, reason = ledger.verdict()
        i = ledger.identity
        told = {"verdict": str(verdict), "reason": reason, "dispositif": i.dispositif, "feature": i.feature}
        told["section"] = item.stash.get(_SECTION, "")
        report.user_properties.append(("rempart", told | {"scenario_id": i.scenario_id, "name": i.name}))
    return report


# -- steps -----------------------------------------------------------------------------------------------------------


def pytest_bdd_before_scenario(request: Any, feature: Any, scenario: Any) -> None:
    ledger = request.node.stash.get(LEDGER, None)
    if ledger is not None:
        i = ledger.identity
        allure_bridge.label(i.dispositif, i.requirement_id, i.scenario_id, feature.name)
        allure_bridge.set_title(i.name)


def pytest_bdd_after_scenario() -> None:
    allure_bridge.close_steps()


def pytest_bdd_before_step(request: Any, step: Any) -> None:
    ledger = request.node.stash.get(LEDGER, None)
    if ledger is not None:
        ledger.start_step(_keyword(step), step.name)
        allure_bridge.start_step(f"{_keyword(step)} {step.name}")


def _keyword(step: Any) -> str:
    """pytest-bdd writes them in title case: "Étant Donné"."""
    return str(step.keyword).strip().capitalize()


def pytest_bdd_after_step(request: Any) -> None:
    _end_step(request, "passed", "")


def pytest_bdd_step_error(request: Any, exception: BaseException) -> None:
    _end_step(request, "failed", str(exception))


def _end_step(request: Any, status: str, message: str) -> None:
    ledger = request.node.stash.get(LEDGER, None)
    if ledger is not None:
        found = any(f.blocks for c in ledger.step.checks for f in c.findings)
        status = "failed" if found else status
        ledger.end_step(status)
        request.config.stash[RUN].attach(ledger.step)
        allure_bridge.stop_step(status, message)


def pytest_bdd_step_func_lookup_error(request: Any, step: Any, exception: StepDefinitionNotFoundError) -> None:
    ledger = request.node.stash.get(LEDGER, None)
    if ledger is not None:
        ledger.start_step(_keyword(step), step.name)
        ledger.end_step("failed")
        ledger.conclude(Verdict.INDETERMINE, f"aucune définition pour l'étape « {step.name} »")


# -- session ---------------------------------------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: all workers write into the folder that the controller names."""
    node.workerinput["rempart_run_dir"] = str(Run.controller_folder(node.config))


def pytest_keyboard_interrupt(excinfo: Any) -> None:
    Run.interrupted = True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    Run.finish(session.config)
