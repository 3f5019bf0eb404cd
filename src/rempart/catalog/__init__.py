"""The catalogue of requirements (`requirements/`) and its traceability to the feature files."""

from rempart.catalog.errors import CatalogError
from rempart.catalog.features import FeatureScenario, read_features
from rempart.catalog.loader import Catalog, load
from rempart.catalog.model import Evidence, Requirement, Scenario, Source
from rempart.catalog.traceability import check, trace

__all__ = [
    "Catalog",
    "CatalogError",
    "Evidence",
    "FeatureScenario",
    "Requirement",
    "Scenario",
    "Source",
    "check",
    "load",
    "read_features",
    "trace",
]
