"""A `python` driver that acts on a DPI through its screens, in headless Chromium.

It reads what a person reads and clicks where a person clicks: no interface is needed on the side of the DPI but stable
marks in its pages (`id`, `data-…`). Copy it, change the addresses and the selectors, keep the rest.

Two things are worth keeping: Playwright wants all its calls in one thread, which `_Browser` holds; and a page that does
not show what it should raises at once, so that Rempart says which element was missing and concludes nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, sync_playwright

from rempart.candidate.action_types import (
    ConsentRequest,
    Identity,
    Ins,
    Outcome,
    PatientId,
    PatientRecord,
    PatientRequest,
    StoredDocument,
)
from rempart.candidate.dmp_types import ConsultRequest, DmpDocument, DmpDocuments, DmpListRequest, SessionRequest
from rempart.candidate.record_types import CountedType, DmpNotice, DmpState, EpisodeChoice

T = TypeVar("T")
TIMEOUT = 5_000  # milliseconds, for an element to be there
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TRAITS = ("birth_name", "first_birth_name", "birth_names", "birth_date", "sex", "birth_place")
MARKS = (
    "masked", "invisible_to_patient", "invisible_to_representatives", "archived", "replaced", "from_patient",
    "integrated",
)  # fmt: skip
TEXTS = ("author", "created_from", "created_to", "submitted_from", "order_number")
FLAGS = ("invisible_to_patient", "with_archived", "with_replaced")


class _Browser:
    """One Chromium and one page, opened at the first action. Every call to Playwright is made in its thread."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chromium")
        self._page: Page | None = None

    def run(self, play: Callable[[Page], T]) -> T:
        """What `play` returns; what it raises comes through."""
        return self._thread.submit(lambda: play(self._opened())).result()

    def _opened(self) -> Page:
        if self._page is None:
            browser = (
                sync_playwright()
                .start()
                .chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS)
            )
            self._page = browser.new_page(locale="fr-FR")
            self._page.set_default_timeout(TIMEOUT)
        return self._page


class DpiScreens:
    """The candidate, for Rempart. DPI_URL is where its screens are."""

    def __init__(self) -> None:
        self._url = os.environ.get("DPI_URL", "http://127.0.0.1:8080")
        self._browser = _Browser()
        self._user = ""  # who has to be signed in

    # -- the session and the choices of the patient

    def open_session(self, request: SessionRequest) -> Outcome:
        """The form that opens a session stands in a record: it is used as soon as one is opened."""
        self._user = request.user.id
        return Outcome(outcome="done")

    def record_consent(self, request: ConsentRequest) -> Outcome:
        """Choose in the form, save, read what the page then says."""

        def play(page: Page) -> Outcome:
            self._open(page, request.patient)
            form = page.locator("#consent")
            for name in ("feeding", "consultation"):
                if choice := getattr(request, name):
                    form.locator(f"[name={name}]").select_option(choice.value)
            form.locator("[name=episode]").fill(request.episode)
            form.get_by_role("button").click()
            return _outcome(page)

        return self._browser.run(play)

    def consult_dmp(self, request: ConsultRequest) -> Outcome:
        def play(page: Page) -> Outcome:
            self._open(page, request.patient)
            form = page.locator("#consultation")
            form.locator("[name=access]").select_option(request.access)
            form.locator("[name=reason]").fill(request.reason)
            form.get_by_role("button").click()
            return _outcome(page)

        return self._browser.run(play)

    # -- what the screens show

    def open_patient_record(self, request: PatientRequest) -> PatientRecord:
        return self._browser.run(lambda page: self._record(page, request.patient))

    def list_dmp_documents(self, request: DmpListRequest) -> DmpDocuments:
        """Go to the list, fill in the filters, read the lines."""

        def play(page: Page) -> DmpDocuments:
            self._open(page, request.patient)
            page.locator("#list").click()
            criteria, form = request.criteria, page.locator("#filters")
            if criteria.type_codes:
                form.locator("[name=type_codes]").select_option(criteria.type_codes)
            for name in TEXTS:
                form.locator(f"[name={name}]").fill(getattr(criteria, name))
            for name in FLAGS:
                form.locator(f"[name={name}]").set_checked(getattr(criteria, name))
            form.get_by_role("button").click()
            said = _outcome(page)
            lines = page.locator("#dmp-documents tr[data-id]").all() if said.outcome == "done" else []
            return DmpDocuments(outcome=said.outcome, reason=said.reason, documents=[_line(line) for line in lines])

        return self._browser.run(play)

    def _record(self, page: Page, patient: PatientId) -> PatientRecord:
        if not self._open(page, patient):
            return PatientRecord(found=False)
        choices = page.locator("#choices")
        ins = page.locator("#ins")
        return PatientRecord(
            found=True,
            identity=Identity(**{t: _stamp(page.locator(f"[data-trait={t}]").inner_text()) for t in TRAITS}),
            identity_status=_attribute(page.locator("#identity-status"), "data-code"),
            ins=Ins(value=ins.inner_text(), oid=_attribute(ins, "data-oid")) if ins.count() else None,
            feeding=_attribute(choices, "data-feeding"),  # type: ignore[arg-type]  # pydantic reads the code
            consultation=_attribute(choices, "data-consultation"),  # type: ignore[arg-type]
            documents=[_stored(line) for line in page.locator("#documents tr[data-id]").all()],
            dmp=_dmp(page),
            episodes=[
                EpisodeChoice(
                    episode=_attribute(one, "data-episode"),
                    choice=_attribute(one, "data-choice"),  # type: ignore[arg-type]
                    reason=_attribute(one, "data-reason"),
                )
                for one in choices.locator("[data-episode]").all()
            ],
        )

    def _open(self, page: Page, patient: PatientId) -> bool:
        """The record of this patient, in the session that was asked for; False when there is no such record."""
        address = f"{self._url}/ecran/dossier?" + urlencode({"ipp": patient.value, "autorite": patient.authority})
        page.goto(address)
        if not page.locator("#identity").count():
            return False
        if self._user and _attribute(page.locator("#user"), "data-id") != self._user:
            page.locator("#session [name=id]").select_option(self._user)
            page.locator("#session button").click()
            page.goto(address)
        return True


def _outcome(page: Page) -> Outcome:
    """What the page says of the gesture."""
    said = page.locator("#outcome")
    done = _attribute(said, "data-outcome") == "done"
    reason = page.locator("#reason")
    return Outcome(outcome="done" if done else "refused", reason="" if done else (reason.text_content() or "").strip())


def _dmp(page: Page) -> DmpState:
    block = page.locator("#dmp")
    fed = block.locator("#last-fed")
    return DmpState(
        state=_attribute(block, "data-state"),  # type: ignore[arg-type]
        detail=block.locator("#dmp-detail").inner_text(),
        last_fed=_stamp(fed.inner_text()) if fed.count() else "",
        new_documents=[
            CountedType(
                label=one.locator("span").inner_text(),
                count=int(one.locator("b").inner_text()),
                type_codes=_attribute(one, "data-types").split(),
            )
            for one in block.locator("[data-types]").all()
        ],
        notices=[
            DmpNotice(
                unique_id=_attribute(one, "data-id"),
                kind=_attribute(one, "data-kind"),  # type: ignore[arg-type]
                newer=_attribute(one, "data-newer"),
            )
            for one in block.locator("#notices [data-id]").all()
        ],
    )


def _stored(line: Locator) -> StoredDocument:
    title, _, created, origin, _ = line.locator("td").all_inner_texts()
    return StoredDocument(
        unique_id=_attribute(line, "data-id"), type_code=_attribute(line, "data-type"), title=title,
        created=_stamp(created), origin=origin, critical=_attribute(line, "data-critical") == "true",
        status=_attribute(line, "data-status"),  # type: ignore[arg-type]
    )  # fmt: skip


def _line(line: Locator) -> DmpDocument:
    title, _, created, author, organisation, _ = line.locator("td").all_inner_texts()
    marks: dict[str, Any] = {m: line.locator(f"[data-mark={m}]").count() > 0 for m in MARKS}
    return DmpDocument(
        unique_id=_attribute(line, "data-id"), title=title, type_code=_attribute(line, "data-type"),
        class_code=_attribute(line, "data-class"), created=_stamp(created),
        service_start=_attribute(line, "data-start"), author=author, organisation=organisation, **marks,
    )  # fmt: skip


def _stamp(shown: str) -> str:
    """`27/11/2026 23:04:03` as Rempart wants it, `20261127230403`; what is no date stays what it is."""
    day = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})(.*)", shown.strip())
    return day[3] + day[2] + day[1] + re.sub(r"\D", "", day[4]) if day else shown


def _attribute(found: Locator, name: str) -> str:
    """An attribute that the page has to carry. Playwright raises when the element is not there."""
    return found.get_attribute(name) or ""
