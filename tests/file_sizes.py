"""No Python file over 400 lines, no Vue file over 250: what is longer is two things."""

import sys
from pathlib import Path

LONGEST = (("*.py", 400, ("src", "tests", "bench")), ("*.vue", 250, ("web/src",)))


def too_long(root: Path) -> list[str]:
    """The files that are, each with its length."""
    return [
        f"{path.relative_to(root)} has {lines} lines, more than {most}"
        for pattern, most, folders in LONGEST
        for folder in folders
        for path in sorted((root / folder).rglob(pattern))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > most
    ]


if __name__ == "__main__":
    sys.exit("\n".join(too_long(Path(__file__).parents[1])) or 0)
