"""What Allure is told of a campaign, with `--alluredir`: steps and their evidence, labels, scenarios that never ran.

allure-pytest reports no Gherkin step of pytest-bdd 9, so the plugin's hooks feed them through Allure's public API.
Every function does nothing when Allure is off.
"""

from __future__ import annotations

from hashlib import md5
from time import time
from typing import Any
from uuid import uuid4

import allure
import pytest
from allure_commons import plugin_manager
from allure_commons.model2 import Label, Status, StatusDetails, TestResult

MAX_ATTACHMENT = 2 * 1024 * 1024
_KINDS = {"json": "JSON", "driver": "JSON", "observation": "JSON", "xml": "XML", "cda": "XML", "soap": "XML"}
_TEXTS = ("hl7v2", "text", "mail", "smtp")
_dynamic: Any = allure.dynamic  # untyped upstream
_open: list[Any] = []


def active() -> bool:
    """True once allure-pytest listens, that is with `--alluredir`."""
    return bool(plugin_manager.hook.report_result.get_hookimpls())


def start_step(title: str) -> None:
    """Open a step. Gherkin steps do not nest: one that is still open was left by a skip, and is closed as skipped."""
    if active():
        close_steps()
        step: Any = allure.step(title)
        step.__enter__()
        _open.append(step)


def stop_step(status: str, message: str = "") -> None:
    """Close the open step, as `passed`, `failed`, `skipped` or (anything else) broken, with its message."""
    if not _open:
        return
    step = _open.pop()
    raised: BaseException | None
    if status == "passed":
        raised = None
    elif status == "failed":
        raised = AssertionError(message)
    else:
        raised = pytest.skip.Exception(message) if status == "skipped" else RuntimeError(message)
    step.__exit__(type(raised) if raised else None, raised, None)


def close_steps(message: str = "étape interrompue") -> None:
    """Close what is still open, as skipped: to be called when a scenario ends, whatever ended it."""
    while _open:
        stop_step("skipped", message)


def attach(name: str, data: bytes, kind: str) -> None:
    """Attach evidence to the open step. `kind` is an exchange's protocol, or `json`, `xml`, `text`.

    This copy is for reading (line ends, and the start only of what is very long); the evidence store has the bytes.
    """
    if not active():
        return
    if len(data) > MAX_ATTACHMENT:
        name, data = f"{name} (début, sur {len(data)} octets)", data[:MAX_ATTACHMENT]
    family = kind.split("/")[0]
    if family == "hl7v2":
        data = data.strip(b"\x0b\x1c\r\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if family in _KINDS and data.lstrip()[:1] in (b"{", b"[", b"<"):
        allure.attach(data, name=name, attachment_type=allure.attachment_type[_KINDS[family]])
    elif family in _TEXTS or b"\0" not in data:
        allure.attach(data, name=name, attachment_type=allure.attachment_type.TEXT)
    else:
        allure.attach(data, name=name, attachment_type="application/octet-stream", extension="bin")


def label(dispositif: str, requirement: str, scenario: str, feature: str) -> None:
    """Where the running scenario stands: dispositif (epic), function (feature), requirement (story)."""
    if active():
        for name, value in _labels(dispositif, requirement, scenario, feature):
            _dynamic.label(name, value)
        # instead of the path of the feature file on this machine, which allure-pytest takes from the docstring
        _dynamic.description(f"{dispositif}, exigence {requirement}, scénario {scenario}")


def set_title(title: str) -> None:
    """Name of the running scenario, instead of the Python function's."""
    if active():
        _dynamic.title(title)


def never_run(key: str, title: str, labels: tuple[str, str, str, str], reason: str) -> None:
    """Report, as skipped, a scenario that was collected and that nothing ran (interruption, worker lost).

    `labels` are the arguments of `label`. `key` is unique in the campaign.
    """
    if not active():
        return
    now, identity = int(time() * 1000), md5(key.encode(), usedforsecurity=False).hexdigest()
    result = TestResult(
        uuid=str(uuid4()),
        name=title,
        fullName=key,
        historyId=identity,
        testCaseId=identity,
        status=Status.SKIPPED,
        statusDetails=StatusDetails(message=reason),
        labels=[Label(name=name, value=value) for name, value in _labels(*labels)],
        start=now,
        stop=now,
    )
    plugin_manager.hook.report_result(result=result)


def _labels(dispositif: str, requirement: str, scenario: str, feature: str) -> list[tuple[str, str]]:
    return [
        ("epic", dispositif),
        ("feature", feature),
        ("story", requirement),
        ("parentSuite", dispositif),
        ("suite", feature),
        ("subSuite", requirement),
        ("tag", scenario),
    ]
