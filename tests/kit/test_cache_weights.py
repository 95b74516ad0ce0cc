"""Large values cannot fill the memory."""

import msgspec

from banyan.kit.cache import Cache


class Large(msgspec.Struct, frozen=True):
    """Something that stands for many small values."""

    weight: int


async def _large(weight: int) -> Large:
    return Large(weight)


async def test_large_values_push_out_as_much_as_they_weigh() -> None:
    cache = Cache(entries=100)
    for number in range(20):
        await cache.get(f"large:{number}", 60, Large, lambda: _large(10))
    kept = [number for number in range(20) if cache.peek(f"large:{number}")]
    assert kept == list(range(10, 20))


async def test_what_is_heavier_than_a_tenth_of_the_memory_is_given_but_not_kept() -> None:
    cache = Cache(entries=100)
    assert (await cache.get("huge", 60, Large, lambda: _large(11))).weight == 11
    assert cache.peek("huge") is None
