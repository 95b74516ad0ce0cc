"""The kinds of directive, and the other names under which courses elsewhere know them."""

ASIDES = frozenset(
    {
        "note",
        "tip",
        "important",
        "warning",
        "caution",
        "challenge",
        "objectives",
        "questions",
        "keypoints",
        "prerequisites",
        "checklist",
        "discussion",
        "testimonial",
    }
)
"""Always open: rendered as `div.callout.callout-<kind>`."""

FOLDED = frozenset({"solution", "spoiler", "hint", "tab"})
"""Opened by the reader: rendered as `details`."""

TABS = "tabs"
INSTRUCTOR = "instructor"

_ALIASES = {
    "callout": "note",
    "info": "note",
    "seealso": "note",
    "see-also": "note",
    "admonition": "note",
    "callout-note": "note",
    "callout-tip": "tip",
    "callout-important": "important",
    "callout-warning": "warning",
    "callout-caution": "caution",
    "attention": "warning",
    "danger": "caution",
    "error": "caution",
    "exercise": "challenge",
    "activity": "challenge",
    "answer": "solution",
    "dropdown": "spoiler",
    "details": "spoiler",
    "collapse": "spoiler",
    "key-points": "keypoints",
    "prereq": "prerequisites",
    "prerequisite": "prerequisites",
    "discuss": "discussion",
    "tab": "tabs",
    "group-tab": "tabs",
    "tab-set": "tabs",
    "panel-tabset": "tabs",
    "tab-item": "tab",
    "instructor-note": "instructor",
    "instructor-notes": "instructor",
}
_KNOWN = ASIDES | FOLDED | {TABS, INSTRUCTOR}


def kind_of(name: str) -> str | None:
    """The kind that a directive's name stands for (`prereq` → `prerequisites`), or None for an unknown one."""
    folded = name.casefold()
    kind = _ALIASES.get(folded, folded)
    return kind if kind in _KNOWN else None
