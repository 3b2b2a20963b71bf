"""What can be wrong with a recording, each in one sentence that the student can act on.

A `RecordingError` is the student's to mend and is never retried; anything else that goes wrong is ours.
"""

from __future__ import annotations

from tutor.saying import phrase

# With facts: a take keeps only the English sentence, in which they are found again (lessons/words.py).
TOO_LONG = phrase("The recording is longer than {minutes} minutes: record one piece at a time.")
TRUNCATED = phrase("Only {decoded} of {claimed} seconds arrived, the rest was lost: please send it again.")


class RecordingError(Exception):
    """Something about the recording that its maker can put right. `str()` is the sentence to show."""


class Unreadable(RecordingError):
    """Not audio, or a kind that we don't open."""

    def __init__(self) -> None:
        super().__init__(
            phrase("This file could not be read as sound: record again, or send WAV, FLAC, MP3, OGG, M4A or WebM.")
        )


class Empty(RecordingError):
    """No samples at all, or too few to hold a note."""

    def __init__(self) -> None:
        super().__init__(
            phrase("The recording is empty: check that the right microphone is chosen, then record again.")
        )


class TooLong(RecordingError):
    """More sound than one take may have."""

    def __init__(self, longest_s: float) -> None:
        super().__init__(phrase(TOO_LONG, minutes=round(longest_s / 60)))


class Truncated(RecordingError):
    """Much shorter than the recorder said: part of it was lost on the way."""

    def __init__(self, decoded_s: float, claimed_s: float) -> None:
        self.decoded_s, self.claimed_s = decoded_s, claimed_s
        super().__init__(phrase(TRUNCATED, decoded=round(decoded_s), claimed=round(claimed_s)))


class NothingHeard(RecordingError):
    """Sound arrived, but no note in it."""

    def __init__(self, peak_dbfs: float) -> None:
        self.peak_dbfs = peak_dbfs
        if peak_dbfs < QUIET_DBFS:
            super().__init__(
                phrase("The recording is silent: move closer to the microphone or turn it up, then record again.")
            )
        else:
            super().__init__(
                phrase("No notes could be heard in this recording: play closer to the microphone, in a quieter room.")
            )


# A phone's microphone in a quiet room lies above this even when nobody plays.
QUIET_DBFS = -50.0
