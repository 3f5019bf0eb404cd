"""Turns `pytest` in this folder into a campaign: the plugin, and the step vocabulary it runs the features with."""

from pathlib import Path

_STEPS = Path(__file__).with_name("steps")

pytest_plugins = (
    "rempart.campaign.plugin",
    *(f"steps.{file.stem}" for file in sorted(_STEPS.glob("[a-z]*.py")) if file.stem != "campaign"),
)
