"""The patient comes and goes, as the patient administration announces it."""

from __future__ import annotations

from pytest_bdd import given, when

from steps._play import understood

ADMITTED, LEFT = "la patiente est admise", "la patiente sort"


@given(ADMITTED, target_fixture="stay")
@when(ADMITTED, target_fixture="stay")
def admitted(gap, patient):
    understood(gap.admit(patient), "admission")
    return gap.current(patient)


@given(LEFT, target_fixture="earlier_stay")
@when(LEFT, target_fixture="earlier_stay")
def discharged(gap, patient):
    stay = gap.current(patient)
    understood(gap.discharge(patient), "sortie")
    return stay
