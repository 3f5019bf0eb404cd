"""The published examples and official files that tests may read, when they are there: `../shared` beside the checkout.

`REMPART_SHARED` names another place. Tests that need them carry `needs_shared`, and are reported as skipped without it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("REMPART_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CORPUS_HL7 = SHARED / "corpus" / "hl7v2"
CORPUS_CDA = SHARED / "corpus" / "cda"
OFFICIAL_CDA = SHARED / "schemas" / "ci-sis-cda"

needs_shared = pytest.mark.skipif(
    not CORPUS_HL7.is_dir(), reason="published examples not found: put them in ../shared or set REMPART_SHARED"
)
