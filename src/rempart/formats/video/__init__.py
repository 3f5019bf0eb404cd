"""What a video file says of itself: container, length, size of the picture. No frame is decoded."""

from rempart.formats.video.read import Video, VideoError, read, recognised

__all__ = ["Video", "VideoError", "read", "recognised"]
