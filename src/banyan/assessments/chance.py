"""Chance that can be repeated: the same seed gives the same questions in the same order, for ever and everywhere.

Python keeps its own `random` only as far as `random()` goes: `shuffle` and `sample` have changed between versions, and
may again, in the middle of somebody's attempt. So this is SplitMix64, which is a few lines of integer arithmetic
(G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), and Durstenfeld's
shuffle (CACM 7, 1964, algorithm 235). Neither is for secrets.
"""

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Dice"]

T = TypeVar("T")
_MASK = (1 << 64) - 1


class Dice:
    """A run of numbers that its seed decides; of a seed the lowest 64 bits count."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def number(self) -> int:
        """The next number, from 0 to 2⁶⁴ - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1, each as likely as the others."""
        fair = (1 << 64) - (1 << 64) % bound  # numbers from here on would favour the small ones
        while (number := self.number()) >= fair:
            pass
        return number % bound

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The same things in an order by chance, each order as likely as the others."""
        mixed = list(things)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
