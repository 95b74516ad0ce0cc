"""The last events of a room, framed, so that a crowd that comes back is served from memory."""

from collections import deque

__all__ = ["Recent"]


class Recent:
    """Frames by seq, without gaps, at most `events` of them and `size` bytes.

    Attributes:
        forgotten: how often everything was thrown away; what was read from elsewhere before is not to be added after.
    """

    __slots__ = ("_bytes", "_events", "_frames", "_size", "forgotten")

    def __init__(self, events: int, size: int) -> None:
        self._events = events
        self._size = size
        self._frames: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self.forgotten = 0

    def add(self, seq: int, frame: bytes) -> None:
        """The newest event."""
        if self._frames and self._frames[-1][0] + 1 != seq:
            self._clear()
        self._frames.append((seq, frame))
        self._bytes += len(frame)
        while len(self._frames) > self._events or self._bytes > self._size:
            self._bytes -= len(self._frames.popleft()[1])

    def add_older(self, older: list[tuple[int, bytes]]) -> None:
        """Events in order; those right before the known ones, as many as there is room for."""
        for seq, frame in reversed(older):
            if self._frames and seq >= self._frames[0][0]:
                continue
            if self._frames and seq + 1 != self._frames[0][0]:
                break  # those between have come, and gone for want of room, since these were read
            if len(self._frames) >= self._events or self._bytes + len(frame) > self._size:
                break
            self._frames.appendleft((seq, frame))
            self._bytes += len(frame)

    def since(self, after: int, until: int) -> bytes | None:
        """The frames after `after` up to the newest, which is `until`; None when not all of them are known."""
        if after == until:
            return b""
        if not self._frames or self._frames[0][0] > after + 1 or self._frames[-1][0] != until:
            return None
        return b"".join(frame for seq, frame in self._frames if seq > after)

    def forget(self) -> None:
        """Throw everything away."""
        self._clear()
        self.forgotten += 1

    def _clear(self) -> None:
        self._frames.clear()
        self._bytes = 0
