"""Checks on the files that a person hands over as preuves. They register under `preuve.*` (validation.checks)."""
