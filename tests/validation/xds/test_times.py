"""Times of the metadata beside those of the document."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdm_samples import entries, metadata_edited, sound

from rempart.formats.xds.cda_view import xds_time
from rempart.validation.xdm.validate import validate_archive
from rempart.validation.xds.times import agreement


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)).map(lambda d: d.replace(microsecond=0)),
    st.integers(-12 * 4, 14 * 4),
)
def test_any_time_is_converted_to_the_same_instant(moment: datetime, quarters: int) -> None:
    offset = timezone(timedelta(minutes=15 * quarters))
    local = moment.replace(tzinfo=UTC).astimezone(offset).strftime("%Y%m%d%H%M%S%z").zfill(19)
    written = moment.strftime("%Y%m%d%H%M%S").zfill(14)
    assert xds_time(local) == written and agreement(written, xds_time(local)) == "same"


@pytest.mark.parametrize(
    ("cda", "xds"),
    [
        ("20260504", "20260504"),
        ("202605", "202605"),
        ("202605041130+0200", "202605040930"),
        ("20260504113000.123+0200", "20260504093000"),
        ("202605041130", ""),  # an hour without its offset
        ("20261304", ""),
        ("00010101000000+1400", ""),
        ("hier", ""),
        ("", ""),
    ],
)
def test_the_precision_of_the_document_is_kept(cda: str, xds: str) -> None:
    assert xds_time(cda) == xds


@pytest.mark.parametrize(
    ("xds", "cda", "said"),
    [
        ("20260504093000", "202605040930", "same"),
        ("20260504113000", "20260504093000", "local"),
        ("20260504", "20260504093000", "cut"),
        ("20260503220000", "20260504", "midnight"),
        ("20260504000000", "20260504", "same"),
        ("20260504093107", "20260504093000", "other"),
        ("20260601", "20260504", "other"),
    ],
)
def test_how_two_times_differ(xds: str, cda: str, said: str) -> None:
    assert agreement(xds, cda) == said


def test_a_date_taken_for_an_hour_is_said() -> None:
    entry = entries()["n1"]
    data = entry.data.replace(b'<low value="20260501090000+0200"/>', b'<low value="20260501"/>', 1)
    assert data != entry.data
    files = metadata_edited(sound()["n1"], "20260501070000", "20260430220000")
    from xdm_samples import DOC1, changed

    report = validate_archive(changed(files, lambda f: f.update({DOC1: data})))
    assert [str(f.severity) for f in report.findings if f.rule == "XDS-037"] == ["warning"]
