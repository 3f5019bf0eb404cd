"""Named checks on what a DPI shows of the DMP: documents of a list, new ones counted by type, times, addresses."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from rempart.model.finding import Finding, Origin
from rempart.validation.checks import check
from rempart.validation.registry import finding


@check("dmp.listed")
def listed(evidence: list[bytes], *, ids: list[str], rule: str, path: str = "documents") -> list[Finding]:
    """The list shows these documents, once each, and no other."""
    answer = _answer(evidence[0])
    if isinstance(answer, Finding):
        return [answer]
    if answer.get("outcome") == "refused":
        reason = str(answer.get("reason", ""))
        return [finding(rule, path, "La liste n'est pas affichée", expected=f"{len(ids)} document(s)", actual=reason)]
    shown = [d.get("unique_id", "") for d in answer.get(path) or []]
    found = [
        finding(rule, f"{path}[unique_id={i}]", "Ce document n'est pas dans la liste", expected=i, actual="(absent)")
        for i in ids
        if i not in shown
    ]
    for i in dict.fromkeys(shown):
        if i not in ids:
            found.append(
                finding(rule, f"{path}[unique_id={i}]", "Ce document ne devait pas être dans la liste", actual=i)
            )
        elif shown.count(i) > 1:
            words = "Ce document est plusieurs fois dans la liste"
            found.append(finding(rule, f"{path}[unique_id={i}]", words, expected="1", actual=str(shown.count(i))))
    return found


@check("dmp.counted")
def counted(evidence: list[bytes], *, counts: dict[str, int], rule: str) -> list[Finding]:
    """The open record counts so many new documents of each type, by whatever groups of types it shows, and no other."""
    answer = _answer(evidence[0])
    if isinstance(answer, Finding):
        return [answer]
    state: dict[str, Any] = answer.get("dmp") or {}
    place = "dmp.new_documents"
    if state.get("state") != "authorised":
        actual = f"{state.get('state', '(absent)')} {state.get('detail', '')}".strip()
        return [finding(rule, "dmp.state", "L'état du DMP n'est pas montré", expected="authorised", actual=actual)]
    groups = state.get("new_documents") or []
    found: list[Finding] = []
    total = sum(counts.values())
    said = sum(int(g.get("count", 0)) for g in groups)
    if said != total:
        words = "Le nombre de nouveaux documents n'est pas celui du DMP"
        found.append(finding(rule, place, words, expected=str(total), actual=str(said)))
    for code, number in counts.items():
        group = next((g for g in groups if code in (g.get("type_codes") or [])), None)
        within = set(group.get("type_codes") or []) if group else set()
        wanted = sum(n for c, n in counts.items() if c in within)
        shown = int(group.get("count", 0)) if group else 0
        if number and (group is None or shown != wanted):
            words = f"Le nombre de nouveaux documents de type {code} n'est pas montré"
            found.append(finding(rule, place, words, expected=str(wanted or number), actual=str(shown)))
    return found


@check("dmp.counted_apart")
def counted_apart(evidence: list[bytes], *, code: str, count: int, total: int, rule: str) -> list[Finding]:
    """A type that was configured has a line of its own, among this many new documents."""
    answer = _answer(evidence[0])
    if isinstance(answer, Finding):
        return [answer]
    groups = (answer.get("dmp") or {}).get("new_documents") or []
    own = next((g for g in groups if g.get("type_codes") == [code]), None)
    found: list[Finding] = []
    if own is None or own.get("count") != count:
        words = f"Le type {code}, que l'établissement a choisi de compter, n'a pas sa ligne"
        found.append(finding(rule, "dmp.new_documents", words, expected=str(count), actual=json.dumps(groups)))
    elif (said := sum(int(g.get("count", 0)) for g in groups)) != total:
        words = "Les autres nouveaux documents ne sont plus comptés"
        found.append(finding(rule, "dmp.new_documents", words, expected=str(total), actual=str(said)))
    return found


@check("dmp.local_time")
def local_time(evidence: list[bytes], *, path: str, day: str, rule: str) -> list[Finding]:
    """A time that is shown stands on this local day (AAAAMMJJ): in UTC it would be the day before."""
    unique_id = path.partition("unique_id=")[2].partition("]")[0]
    answer = _answer(evidence[0])
    if isinstance(answer, Finding):
        return [answer]
    lines = answer.get("documents") or []
    shown = next((str(d.get("created", "")) for d in lines if d.get("unique_id") == unique_id), "(absent)")
    if shown.startswith(day):
        return []
    return [finding(rule, path, "", expected=f"{day}, heure locale", actual=shown)]


@check("dmp.told")
def told(evidence: list[bytes], *, ids: list[str], rule: str) -> list[Finding]:
    """The user is told that each of these documents was changed."""
    answer = _answer(evidence[0])
    if isinstance(answer, Finding):
        return [answer]
    named = answer.get("documents") or []
    return [
        finding(
            rule, "documents", "L'utilisateur n'apprend pas que ce document a changé", expected=i, actual=str(named)
        )
        for i in ids
        if i not in named
    ]


@check("dmp.kept_until")
def kept_until(evidence: list[bytes], *, day: str, days: int, ids: list[str], rule: str) -> list[Finding]:
    """Each prefetched document is kept `days` after `day` (AAAAMMJJ), a day more or less: the campaign may cross
    midnight."""
    found = listed(evidence, ids=ids, rule=rule)
    answer = _answer(evidence[0])
    if isinstance(answer, Finding):
        return [answer]
    first = datetime.strptime(day, "%Y%m%d").date()
    allowed = {f"{first + timedelta(days=days + n):%Y%m%d}" for n in (-1, 0, 1)}
    for document in answer.get("documents") or []:
        until = str(document.get("until", ""))[:8]
        if until not in allowed:
            place = f"documents[unique_id={document.get('unique_id', '')}].until"
            words = "La durée de conservation réglée n'est pas suivie"
            found.append(finding(rule, place, words, expected=f"{first + timedelta(days=days):%Y%m%d}", actual=until))
    return found


@check("dmp.web")
def web(evidence: list[bytes], *, page: str, ins: str, rule: str) -> list[Finding]:
    """The address that is opened names this page of the DMP and this patient (PDT-INF-527)."""
    answer = _answer(evidence[0])
    if isinstance(answer, Finding):
        return [answer]
    url = str(answer.get("url", ""))
    at = urlsplit(url)
    steps = [unquote(part) for part in at.path.split("/") if part]
    wanted = ["AccesDirect", page] + ([ins] if ins else [])
    if at.scheme == "https" and steps[-len(wanted) :] == wanted:
        return []
    return [finding(rule, "url", "", expected=f"https://…/{'/'.join(wanted)}", actual=url or "(aucune adresse)")]


def _answer(data: bytes) -> dict[str, Any] | Finding:
    try:
        answer = json.loads(data)
    except ValueError as error:
        return finding("REM-051", "réponse", f"réponse illisible: {error}", origin=Origin.HARNESS)
    return answer if isinstance(answer, dict) else {}
