"""What an action is, whatever it does."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

DPI, PFI = "HOP-DPI-Va2", "HOP-PFI-Va2"


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its types, who may be asked, and what a person is told when no program can do it."""

    name: str
    title: str  # French
    instruction: str  # French, for the operator
    request: type[BaseModel]
    answer: type[BaseModel]
    dispositifs: tuple[str, ...]
