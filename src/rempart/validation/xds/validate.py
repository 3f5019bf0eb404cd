"""check_submission: what the rules say of the metadata of a submission, and of each of its entries."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding
from rempart.validation.registry import functions
from rempart.validation.xds import authors, entry, identity, submission
from rempart.validation.xds.context import SubmissionContext
from rempart.validation.xds.metadata import check_entry, check_package

# Importing them registers their functions.
RULE_MODULES = (submission, entry, identity, authors)


def check_submission(context: SubmissionContext) -> Iterator[Finding]:
    """The set, then each entry."""
    yield from check_package(context)
    for function in functions("xds-submission"):
        yield from function(context)
    for one in context.entries:
        yield from check_entry(one)
        for function in functions("xds-entry"):
            yield from function(one)
