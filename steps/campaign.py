"""The campaign: every scenario of the features, as a test."""

from pytest_bdd import scenarios

from rempart.resources import features_dir

scenarios(str(features_dir()))
