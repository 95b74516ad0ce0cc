"""The last word on what reaches a page: everything that is not listed here is removed, whatever wrote it."""

import re

import nh3
from pygments.token import STANDARD_TYPES

from banyan.kit.markdown._kinds import ASIDES, FOLDED
from banyan.kit.markdown._targets import SCHEMES

_PROSE = """
    a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table
    tbody td tfoot th thead tr u ul var wbr
"""
PROSE = frozenset(_PROSE.split())
"""Elements that an author may also write as HTML."""

_MATHEMATICS = """
    math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none
"""
MATHEMATICS = frozenset(_MATHEMATICS.split())
"""MathML without anything that links, scripts or embeds HTML."""

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "dir", "lang", "title", "role"},
    "a": {"href", "rel", "aria-label"},
    "col": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "loading", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "pre": {"tabindex", "data-language"},
    "div": {"tabindex"},
    "span": {"data-account"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "math": {"display"},
    "menclose": {"notation"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mo": {"stretchy", "fence", "form", "separator", "largeop", "movablelimits", "minsize", "maxsize"},
    "mover": {"accent"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mspace": {"width", "height", "depth"},
    "mstyle": {"displaystyle", "scriptlevel", "mathcolor"},
    "mtable": {"columnalign", "columnlines", "rowlines", "rowspacing", "columnspacing"},
    "mtd": {"columnalign"},
    "mtext": {"mathvariant"},
    "munder": {"accentunder"},
}

_ALIGNMENTS = {"align-left", "align-center", "align-right"}
HIGHLIGHTS = frozenset(f"hl-{name}" for name in STANDARD_TYPES.values() if name)
_CLASSES: dict[str, set[str]] = {
    "a": {"footnote-back"},
    "code": {"math-error"},
    "details": {"callout", "tab"} | {f"callout-{kind}" for kind in FOLDED},
    "div": {"callout", "math", "table", "tabs"} | {f"callout-{kind}" for kind in ASIDES},
    "figure": {"picture"},
    "li": {"task", "task-done"},
    "p": {"callout-title"},
    "pre": {"code", "code-output", "code-error"},
    "section": {"footnotes"},
    "span": {"broken-link", "broken-picture", "mention", "task-mark"} | HIGHLIGHTS,
    "summary": {"callout-title", "tab-title"},
    "sup": {"footnote"},
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
}
CLASSES = frozenset().union(*_CLASSES.values())
"""Every class that rendered HTML can have."""

_SHAPES = {
    "id": re.compile(r"(?:h|fn|fnref)-[^\s\"'<>&]{1,120}"),
    "tabindex": re.compile("0"),
    "role": re.compile("note"),
    "width": re.compile(r"[0-9]{1,4}(?:\.[0-9]+)?(?:em|ex|px|%)?"),
    "height": re.compile(r"[0-9]{1,4}(?:\.[0-9]+)?(?:em|ex|px|%)?"),
    "data-account": re.compile(r"[0-9a-f-]{36}"),
    "data-language": re.compile(r"[A-Za-z0-9+#._-]{1,40}"),
}


def _shaped(_element: str, attribute: str, value: str) -> str | None:
    shape = _SHAPES.get(attribute)
    return value if shape is None or shape.fullmatch(value) else None


CLEANER = nh3.Cleaner(
    tags=set(PROSE | MATHEMATICS | {"section"}),
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg"},
    attributes=_ATTRIBUTES,
    attribute_filter=_shaped,
    allowed_classes=_CLASSES,
    url_schemes=set(SCHEMES),
    link_rel=None,
)
"""Holds no state between calls: threads share it."""
