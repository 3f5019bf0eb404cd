"""Files by the hundred thousand: walked lazily, judged by workers, recorded as they come, resumable."""
