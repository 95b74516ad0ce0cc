r"""Characters that mean themselves, written so that Markdown shows them as they are.

As little as can be is escaped: what a teacher wrote should look like it in an editor. TeX between `\(` and `\)`, `\[`
and `\]` or double dollar signs, as Moodle has it, becomes `$…$` and `$$…$$`.
"""

import re

__all__ = ["BREAK", "escaped", "escaped_lines", "formulas", "markdown_of_plain"]

BREAK = "\udc0a"
"""Stands for a line break that was asked for, unlike one that only wraps. No decoded text holds it."""

_MATHEMATICS = re.compile(
    r"\\\((?P<inline>(?:[^$`\\]|\\\\|\\(?![()])){1,1900})\\\)"
    r"|\\\[(?P<block>(?:[^$`\\]|\\\\|\\(?![\[\]])){1,1900})\\\]"
    r"|\$\$(?P<both>[^$`]{1,1900})\$\$"
)
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~\udc0a]|[ \t]*\n)")
_STAR = re.compile(r"(?<!\s)\*|\*(?!\s)")
_UNDERSCORES = re.compile(r"_+")
_BRACKET = re.compile(r"\](?:\(|\[|:)|\[\[|\[\^|\[[ xX]\]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_LINE = re.compile(
    r"(?:#{1,6}(?=[ \t]|$)|>|[-+*](?=[ \t]|$)|:::|[-_](?=[-_ \t]*$)(?=.{2})|\+(?=[-=+]+$))"
    r"|(?P<number>[0-9]{1,9})[.)](?=[ \t]|$)"
)
_DEFINITION = re.compile(r"[:~](?=[ \t])")
_UNDERLINE = re.compile(r"[-=|:+ \t]+")
_BREAKS = re.compile(r"\udc0a?\n(?:[ \t]*\n)+")


def markdown_of_plain(text: str, *, entities: bool = False) -> str:
    """A plain text as Markdown; with `entities`, `&nbsp;` and the like are what they stand for."""
    return escaped_lines(formulas(text, entities=entities))


def formulas(text: str, *, entities: bool = False) -> str:
    """A stretch of text: what is mathematics becomes a formula, the rest is escaped."""
    parts = []
    position = 0
    for formula in _MATHEMATICS.finditer(text):
        parts.append(escaped(text[position : formula.start()], entities=entities))
        parts.append(_formula(formula, text))
        position = formula.end()
    parts.append(escaped(text[position:], entities=entities))
    return "".join(parts)


def escaped(text: str, *, entities: bool = False) -> str:
    """Characters within a line that would mean something else."""
    if text.isalnum():
        return text
    text = _BACKSLASH.sub(r"\\\\", text)
    text = text.replace("`", r"\`")
    text = _STAR.sub(r"\*", text)
    if text.count("$") > 1:
        text = text.replace("$", r"\$")
    if "~~" in text:
        text = text.replace("~", r"\~")
    if _BRACKET.search(text):
        text = text.replace("[", r"\[")
    text = _TAG.sub(r"\\<", text)
    if not entities:
        text = _ENTITY.sub(r"\\&", text)
    return _underscores(text)


def escaped_lines(text: str) -> str:
    """What would mean something else where it stands: at the beginning of a line. Breaks become Markdown's."""
    wrapped = text.replace(BREAK, BREAK + "\n").strip(BREAK + " \t\r\n")
    lines = [_line(line, first=not index) for index, line in enumerate(wrapped.split("\n"))]
    joined = _BREAKS.sub("\n\n", "\n".join(lines))
    return joined.replace(BREAK, "\\")


def _formula(formula: re.Match[str], text: str) -> str:
    inline = formula["inline"]
    if inline is not None:
        tex, sign = inline.strip(), "$$" if text[formula.end() : formula.end() + 1].isdigit() else "$"
    else:
        tex, sign = (formula["block"] or formula["both"] or "").strip(), "$$"
    tex = " ".join(tex.split())
    return f"{sign}{tex}{sign}" if tex and not tex.endswith("\\") else escaped(formula[0])


def _underscores(text: str) -> str:
    runs = list(_UNDERSCORES.finditer(text))
    if len(runs) < 2:
        return text
    return _UNDERSCORES.sub(_run, text)


def _run(run: re.Match[str]) -> str:
    before = run.string[run.start() - 1 : run.start()] or " "
    after = run.string[run.end() : run.end() + 1] or " "
    if (before.isalnum() and after.isalnum()) or (before.isspace() and after.isspace()):
        return run[0]
    return run[0].replace("_", r"\_")


def _line(line: str, *, first: bool) -> str:
    broken = line.endswith(BREAK)
    line = line.strip(BREAK + " \t")
    end = BREAK if broken and line else ""
    if line and not first and (_UNDERLINE.fullmatch(line) or _DEFINITION.match(line)):
        return f"\\{line}{end}"
    match = _LINE.match(line)
    if match is None:
        return line + end
    digits = match["number"] or ""
    return f"{digits}\\{line[len(digits) :]}{end}"
