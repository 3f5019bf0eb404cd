"""Scenarios that a person plays: the instruction she follows, and the preuves that she hands over."""

from __future__ import annotations

from pytest_bdd import given, then, when

from rempart.validation.files.pieces import pieces
from steps._words import phrase

PIECES = {piece.words: piece for piece in pieces().values()}
WHERE = {"le DPI": "HOP-DPI-Va2", "la PFI": "HOP-PFI-Va2", "le logiciel": ""}


@given(phrase("une personne habilitée devant {where:Where}", Where=WHERE))
def someone_before(where):
    """The scene: nothing is asked of the candidate, whose screen only she sees."""


@when("elle suit la consigne:")
def instruction_followed(docstring):
    """What she does is in the feature, and shown by `rempart attest`; what she hands over is what is judged."""


@then(phrase('elle remet la preuve "{preuve}", {piece:Piece}', Piece=PIECES), target_fixture="handed")
def preuve_handed_over(person, preuve, piece):
    return person.hands_over(preuve, piece)


@then(phrase('cette trace contient "{words}"'))
def log_contains(handed, words):
    handed.check("preuve.log.contains", words=words)


@then("les deux messages nomment deux professionnels")
def two_professionals(person):
    person.compares("preuve.vihf.distinct")
