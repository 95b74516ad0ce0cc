"""`banyan doctor`: what is wrong with this installation, and how to mend it."""

import asyncio
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from banyan import __version__
from banyan.cli.installation import Data, check_begun, database
from banyan.doctor import SUBJECTS, Check, Finding, Installation, UnknownCheck, Word, chosen, examine, status_of
from banyan.kit.embedded import NotReachable
from banyan.kit.problems import Unavailable
from banyan.kit.telemetry import set_up_logs
from banyan.settings import Settings, SettingsError, load

__all__ = ["app"]

app = App(name="doctor")
_WORDS: dict[Word, tuple[str, str, str]] = {
    "ok": ("✓", "ok", "green"),
    "skip": ("·", "skipped", "dim"),
    "warn": ("!", "warning", "yellow"),
    "fail": ("✗", "failure", "bold red"),
}
_PLAIN = {"✓": "+", "·": "-", "✗": "x"}
_WIDEST = 140


@app.default
def doctor(
    *,
    only: Annotated[
        list[str] | None, Parameter(help="A check such as tls.certificate, or a subject such as backups; repeatable.")
    ] = None,
    json: Annotated[bool, Parameter(help="Print what was found as JSON.")] = False,
    data: Data = None,
) -> None:
    """Make all checks. Exit status: 0 all is well, 1 there are warnings, 2 something is broken."""
    try:
        checks = chosen(only or [])
        settings = load(data=data)
    except (UnknownCheck, SettingsError) as error:
        print(f"banyan: {error}", file=sys.stderr)
        sys.exit(2)
    findings = _examined(settings, checks)
    if json:
        print(_as_json(findings))
    else:
        console = Console(highlight=False)
        _show(console if console.width <= _WIDEST else Console(highlight=False, width=_WIDEST), findings)
    sys.exit(status_of(findings))


def _examined(settings: Settings, checks: Sequence[Check]) -> list[Finding]:
    set_up_logs("critical", as_json=False)  # what goes wrong is what the checks tell of
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with _found(settings) as (url, trouble):
        installation = Installation(settings, url, trouble)
        return asyncio.run(examine(installation, checks))


@contextmanager
def _found(settings: Settings) -> Iterator[tuple[str, str]]:
    """The URL of the database, running; or nothing, and why."""
    with ExitStack() as running:
        try:
            check_begun(settings)
            url, trouble = running.enter_context(database(settings)), ""
        except (Unavailable, NotReachable, OSError) as error:
            url, trouble = "", str(error)
        yield url, trouble


def _as_json(findings: Sequence[Finding]) -> str:
    words = [finding.verdict for finding in findings]
    told = {
        "banyan": __version__,
        "status": status_of(findings),
        "count": {word: words.count(word) for word in _WORDS},
        "checks": findings,
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _show(console: Console, findings: Sequence[Finding]) -> None:
    console.print(_table(console, findings))
    grave = [each for word in ("fail", "warn") for each in findings if each.verdict == word]
    if grave:
        console.print(Text("\nTo mend, the most serious first", style="bold"))
    for number, each in enumerate(grave, 1):
        console.print()
        console.print(Text.assemble(f"{number:2}. ", _word(console, each.verdict), "  ", (each.name, "bold")))
        for label, text in (("found", each.found), ("why", each.why), ("mend", each.mend)):
            line = Table.grid(padding=(0, 1))
            line.add_column(width=6, style="dim")
            line.add_column()
            line.add_row(label, Text(text))
            console.print(Padding(line, (0, 0, 0, 4)))
    console.print()
    console.print(_summary(findings))


def _table(console: Console, findings: Sequence[Finding]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for subject, group in groupby(findings, key=lambda finding: finding.subject):
        table.add_row(Text(SUBJECTS[subject], style="bold"))
        for each in group:
            table.add_row(Text("  ") + _word(console, each.verdict), each.name.partition(".")[2], Text(each.found))
    return table


def _word(console: Console, word: Word) -> Text:
    symbol, name, style = _WORDS[word]
    if not console.encoding.lower().startswith("utf"):
        symbol = _PLAIN.get(symbol, symbol)
    return Text(f"{symbol} {name}", style=style)


def _summary(findings: Sequence[Finding]) -> str:
    words = [finding.verdict for finding in findings]
    told = [f"{words.count('ok')} ok"]
    told += [f"{words.count('skip')} skipped"] * ("skip" in words)
    told += [f"{words.count('warn')} to look after"] * ("warn" in words)
    told += [f"{words.count('fail')} broken"] * ("fail" in words)
    return f"{len(findings)} looked at: {', '.join(told)}."
