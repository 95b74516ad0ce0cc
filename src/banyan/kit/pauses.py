"""How long to wait before something that has ended by itself is started again."""

__all__ = ["Pauses"]

_SHORT_LIFE = 10.0  # seconds; what lives longer is started again at once
_FIRST = 1.0
_LONGEST = 30.0


class Pauses:
    """One after the other, in seconds: each twice as long as the one before, as long as what is started soon ends."""

    def __init__(self) -> None:
        self._last = 0.0

    def after(self, lived: float) -> float:
        """The pause after something that lived for so many seconds."""
        self._last = min(max(_FIRST, self._last * 2), _LONGEST) if lived < _SHORT_LIFE else 0.0
        return self._last
