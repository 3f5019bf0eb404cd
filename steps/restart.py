"""The candidate stops and starts again: by Rempart when it has started it, else by its driver or a person."""

from __future__ import annotations

from pytest_bdd import given, when

from steps._play import prepared


@given("la PFI est redémarrée")
def pfi_restarted(pfi):
    prepared(pfi.ask("restart"), "redémarrage de la PFI")


@when("le DPI est redémarré")
def dpi_restarted(dpi):
    prepared(dpi.ask("restart"), "redémarrage du DPI")
