"""Which questions draws give: as many as each asks for, and none twice.

Draws may overlap: one may take the questions that another has no choice but to take. So this is a matching of places to
questions, found by augmenting paths (H. W. Kuhn, 1955): wherever there is a way to fill all places, it is found.
"""

from collections.abc import Sequence
from uuid import UUID

__all__ = ["draw", "most_drawn"]

Pool = Sequence[UUID]


def draw(wanted: Sequence[tuple[int, Pool]]) -> list[list[UUID]]:
    """Questions for each draw: so many of its pool, those first in it before others, none in two draws.

    Raises:
        ValueError: there are not enough.
    """
    found = _matched(wanted)
    if any(len(chosen) < count for chosen, (count, _) in zip(found, wanted, strict=True)):
        raise ValueError("There are not enough questions to draw from.")
    return found


def most_drawn(wanted: Sequence[tuple[int, Pool]]) -> list[int]:
    """How many questions each draw gets, the first of them served first, when nobody goes without where it could be
    helped.
    """
    return [len(chosen) for chosen in _matched(wanted)]


def _matched(wanted: Sequence[tuple[int, Pool]]) -> list[list[UUID]]:
    holder: dict[UUID, int] = {}
    chosen: list[list[UUID]] = [[] for _ in wanted]
    for number, (count, pool) in enumerate(wanted):
        for _ in range(min(count, len(pool))):
            if not _give(number, [pool for _, pool in wanted], holder, chosen):
                break
    return chosen


def _give(number: int, pools: Sequence[Pool], holder: dict[UUID, int], chosen: list[list[UUID]]) -> bool:
    """Give a draw one question more, if need be by giving another draw another one. Whether that was possible."""
    came_from: dict[int, tuple[int, UUID]] = {}  # by draw: which draw would take which of its questions
    waiting, seen = [number], {number}
    while waiting:
        draw_now = waiting.pop(0)
        for question in pools[draw_now]:
            owner = holder.get(question)
            if owner is None:
                _pass_on(draw_now, question, came_from, holder, chosen)
                return True
            if owner not in seen:
                seen.add(owner)
                came_from[owner] = (draw_now, question)
                waiting.append(owner)
    return False


def _pass_on(
    draw_now: int,
    question: UUID,
    came_from: dict[int, tuple[int, UUID]],
    holder: dict[UUID, int],
    chosen: list[list[UUID]],
) -> None:
    while True:
        holder[question] = draw_now
        chosen[draw_now].append(question)
        if draw_now not in came_from:
            return
        taker, given_up = came_from[draw_now]
        chosen[draw_now].remove(given_up)
        draw_now, question = taker, given_up
