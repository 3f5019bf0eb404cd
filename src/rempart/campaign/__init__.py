"""The pytest plugin: selection, fixtures, verdicts, results.json."""
