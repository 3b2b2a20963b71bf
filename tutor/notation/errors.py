"""What can be wrong with a page of music, said to whoever brought it."""


class ScoreError(ValueError):
    """A score that can't be read, written or engraved. The message is one plain sentence that says where."""


class CannotArrange(ScoreError):
    """A score that the instrument cannot play in any octave or key."""
