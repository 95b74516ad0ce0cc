"""A moment as people write and read it."""

from datetime import MAXYEAR, MINYEAR, datetime

from banyan.backup.model import NotCovered

__all__ = ["parse_moment", "written"]


def written(moment: datetime) -> str:
    """To the second, in this machine's time zone, which is told."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %z}"


def parse_moment(text: str) -> datetime:
    """ISO 8601 with an offset (`2026-03-29T10:15:00+02:00`, `…Z`), or without one in this machine's time zone.

    Raises:
        NotCovered: it is not a moment, or there is none or there are two of this time, when the clocks change.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotCovered(f"{text!r} is not a time. Write it like 2026-03-29T10:15:00+02:00.") from None
    if not MINYEAR < moment.year < MAXYEAR:  # it may not be there in another time zone
        raise NotCovered(f"{text!r} is not a time that anything is known of. Write it like 2026-03-29T10:15:00+02:00.")
    if moment.tzinfo is not None:
        return moment
    earlier, later = (moment.replace(fold=fold).astimezone() for fold in (0, 1))
    if earlier.utcoffset() != later.utcoffset():
        raise NotCovered(
            f"On {moment:%Y-%m-%d} the clocks changed, and {moment:%H:%M} is no certain time. Add the offset: "
            f"{moment.isoformat()}{earlier:%z} or {moment.isoformat()}{later:%z}."
        )
    return earlier
