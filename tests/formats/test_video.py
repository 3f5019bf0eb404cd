"""What a video says of itself, read from its header: every container, and every way to be cut."""

from __future__ import annotations

import pytest
from formats.video_samples import box, mp4, webm
from hypothesis import given
from hypothesis import strategies as st

from rempart.formats.video import Video, VideoError, read


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (mp4(), Video("MP4", 30.0, 1280, 720)),
        (mp4(brand=b"qt  "), Video("MOV", 30.0, 1280, 720)),
        (webm(), Video("WebM", 30.0, 1280, 720)),
        (webm(doctype=b"matroska"), Video("Matroska", 30.0, 1280, 720)),
        (webm(seconds=None), Video("WebM", None, 1280, 720)),
    ],
    ids=["mp4", "mov", "webm", "mkv", "webm written as it was recorded"],
)
def test_length_and_picture_are_read(data: bytes, expected: Video) -> None:
    assert read(data) == expected


def test_a_recording_that_was_cut_is_told() -> None:
    whole = mp4()
    without_header = whole[: whole.index(b"moov") - 4]
    with pytest.raises(VideoError, match="coupé"):
        read(without_header)
    with pytest.raises(VideoError, match="octets"):
        read(whole[:-10])


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%PDF-1.4", b"\x1a\x45\xdf\xa3", box(b"ftyp", b"isom")])
def test_what_is_no_video_is_refused(data: bytes) -> None:
    with pytest.raises(VideoError):
        read(data)


@given(st.sampled_from([mp4(), webm()]), st.integers(0, 400), st.binary(max_size=12))
def test_nothing_else_than_video_error_is_raised(sound: bytes, at: int, noise: bytes) -> None:
    spoilt = sound[:at] + noise + sound[at + len(noise) :]
    try:
        video = read(spoilt)
    except VideoError as error:
        assert error.reason
    else:
        assert video.width >= 0 and video.height >= 0 and (video.seconds is None or video.seconds > 0)
