"""Identifiers: UUID version 7, made in the application.

The first 48 bits are Unix time in milliseconds, so that ids sort by age and new rows land side by side in an
index. Source: RFC 9562, section 5.7, with the monotonic counter of section 6.2, method 1.
"""

import os
import time
from uuid import UUID

__all__ = ["new_id"]

_COUNTER_BITS = 12
_last_ms = 0
_counter = 0


def new_id() -> UUID:
    """A new UUIDv7, larger than every one this process made before."""
    global _last_ms, _counter  # noqa: PLW0603 -- one clock a process
    now = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    if now > _last_ms:
        # The counter starts in its lower half, so that it can rise within the millisecond.
        _last_ms, _counter = now, random >> 69
    else:
        _counter += 1
        if _counter >> _COUNTER_BITS:
            _last_ms, _counter = _last_ms + 1, 0
    tail = random & ((1 << 62) - 1)
    return UUID(int=(_last_ms << 80) | (0x7 << 76) | (_counter << 64) | (0b10 << 62) | tail)
