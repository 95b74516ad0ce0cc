"""Elements of XML, put together by hand: escaped, indented by nothing, one question a few lines."""

import re
from base64 import b64encode
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

__all__ = ["Texts", "element", "flag", "words"]

_IMPOSSIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"@@([A-Za-z0-9._-]{1,120})@@")
_PLACE = "@@PLUGINFILE@@/"


def element(name: str, inner: str, /, **attributes: str) -> str:
    """An element in its own line."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{inner}</{name}>\n"


def flag(name: str, value: bool) -> str:
    """An element that says yes or no."""
    return element(name, "true" if value else "false")


def words(text: str) -> str:
    """Characters of a text; those that XML cannot hold are left out."""
    return escape(_IMPOSSIBLE.sub("", text), {"\r": "&#13;"})


class Texts:
    """Writes texts in Markdown, and the files that they name."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def prose(self, name: str, text: str, more: str = "") -> str:
        """An element with a text in Markdown."""
        return element(name, self._text(text) + more, format="markdown")

    def answer(self, text: str, percent: str, feedback: str, more: str = "", *, prose: bool = True) -> str:
        """An answer with what it is worth, in percent."""
        told = self.prose("feedback", feedback)
        shown = self._text(text) if prose else element("text", words(text))
        written_in = "markdown" if prose else "moodle_auto_format"
        return element("answer", shown + told + more, fraction=percent, format=written_in)

    def pair(self, prompt: str, match: str) -> str:
        """A prompt with its match."""
        return self.prose("subquestion", prompt, element("answer", element("text", words(match))))

    def _text(self, text: str) -> str:
        named = [name for name in dict.fromkeys(_NAME.findall(text)) if name in self._files]
        for name in named:
            text = text.replace(f"@@{name}@@", _PLACE + name)
        files = [
            element("file", b64encode(self._files[name]).decode(), name=name, path="/", encoding="base64")
            for name in named
        ]
        return element("text", words(text)) + "".join(files)
