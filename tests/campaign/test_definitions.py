"""A step gets the definition that pytest-bdd would have found by its own search."""

from __future__ import annotations

import os
import subprocess
import sys

COMPARE = """
import sys
import pytest
from rempart.campaign import definitions
from rempart.campaign.launch import pytest_arguments
from rempart.campaign.selection import example_of, is_scenario, template_of

class Compare:
    def pytest_collection_finish(self, session):
        seen = 0
        manager = session._fixturemanager
        scenarios = [item for item in session.items if is_scenario(item)]
        for item in scenarios[::25]:
            for step in template_of(item.obj).render(example_of(item)).steps:
                theirs = list(definitions.of_pytest_bdd(step, manager, item))
                assert len(theirs) == 1, step
                assert list(definitions.find(step, manager, item)) == theirs, step
                assert definitions.find(step, manager, item) is definitions.find(step, manager, item)
                seen += 1
        assert len(scenarios) > 500 and seen > 100, (len(scenarios), seen)
        unknown = type(step)("personne ne dit cela", step.type, 0, 0, step.keyword)
        assert list(definitions.find(unknown, manager, item)) == []
        other = type(step)(step.name, "given" if step.type != "given" else "then", 0, 0, step.keyword)
        assert list(definitions.find(other, manager, item)) == list(definitions.of_pytest_bdd(other, manager, item))

with pytest_arguments(["--collect-only", "-q"]) as given:
    sys.exit(pytest.main(given, plugins=[Compare()]))
"""


def test_the_steps_of_the_features_find_theirs() -> None:
    done = subprocess.run([sys.executable, "-c", COMPARE], env=os.environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
