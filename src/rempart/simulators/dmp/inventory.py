"""What the DMP of a patient holds at one moment, as an observation that a check can read."""

from __future__ import annotations

from typing import Any

from rempart.simulators.dmp import entries
from rempart.simulators.dmp.service import Dmp


def of(dmp: Dmp, ins: str) -> dict[str, Any]:
    """{status, grants: {holder: authorisation}, documents: [{unique_id, status, codes, source_patient}]}: entries in
    force, signatures of submissions left out, statuses by their last word. `status` is "" without a DMP."""
    patient = dmp.patients.get(ins)
    found = []
    for entry in dmp.registry.of_patient(ins):
        said = entries.parsed(entry)
        if entries.is_signature(said):
            continue
        status = entry.status.value.rpartition(":")[2]
        found.append(
            {
                "unique_id": entry.unique_id,
                "status": status,
                "codes": list(entry.codes),
                "source_patient": said.value("sourcePatientId"),
            }
        )
    state = "" if patient is None else "terminated" if patient.closed else "active"
    grants = {holder: grant.value for holder, grant in patient.grants.items()} if patient else {}
    return {"status": state, "grants": grants, "documents": found}
