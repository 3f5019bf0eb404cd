"""Why a file cannot be read, in French: the same words for every command that opens one."""

from __future__ import annotations


def unreadable(error: OSError) -> str:
    """Why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return "fichier introuvable"
    if isinstance(error, IsADirectoryError):
        return "c'est un dossier, pas un fichier"
    if isinstance(error, PermissionError):
        return "lecture refusée: droits insuffisants"
    return f"lecture impossible ({error.strerror})"
