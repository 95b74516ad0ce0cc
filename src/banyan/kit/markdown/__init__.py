"""Markdown to safe HTML: what lessons, messages and questions are written in.

CommonMark with tables, ~~strikethrough~~, task lists, footnotes, definition lists, bare links, coloured code,
mathematics (`$…$`, `$$…$$`, fenced `math`), pandoc's grid tables and attributes (`{alt='…'}`), GitHub's alerts, and
directives as the Carpentries write them (`::: callout` … `:::`).

What a style sheet meets, beside plain elements:

    div.callout.callout-<kind>          role="note"; kinds: note, tip, important, warning, caution, challenge,
                                        objectives, questions, keypoints, prerequisites, checklist, discussion,
                                        testimonial
      p.callout-title                   its first child
    details.callout.callout-<kind>      kinds: solution, spoiler, hint; begins with summary.callout-title
    div.tabs > details.tab              each begins with summary.tab-title; the first is open
    pre.code > code                     dir="ltr" tabindex="0", data-language="python" where known;
                                        pre.code-output and pre.code-error for what a program said
      span.hl-<token>                   colours, named by Pygments' short names: hl-k, hl-s1, hl-c1, hl-gp, …
    div.table > table                   div has tabindex="0" to be scrolled by keyboard; th and td may have
                                        align-left, align-center, align-right
    figure.picture > img, figcaption    a picture alone in its paragraph; img has loading="lazy"
    div.math > math                     a formula of its own, tabindex="0"; within text, math stands alone
    code.math-error                     a formula that could not be read
    li.task, li.task.task-done          with span.task-mark (☐ or ☑) first
    sup.footnote > a                    section.footnotes > ol > li, a.footnote-back
    span.broken-link                    a link that leads nowhere: its text
    span.broken-picture                 a picture that is not there: what it would show
    span.mention                        a person, with data-account="<account id>"; plain text, see `name_people`

Headings, titles of callouts and footnotes have ids that begin with `h-`, `fn-` and `fnref-`.

Warnings have these codes: broken_link, broken_picture, external_picture, unsafe_link, unknown_directive,
unclosed_directive, stray_directive_end, instructor_note, removed_html, unknown_html, mathematics, grid_table,
template_syntax, missing_footnote, too_deep, too_long, too_many_warnings.
"""

from banyan.kit.markdown._headings import anchor
from banyan.kit.markdown._model import Heading, Rendered, SourceTooLong, Warning  # noqa: A004 - as the contract names it
from banyan.kit.markdown._page import Resolve
from banyan.kit.markdown._people import name_people
from banyan.kit.markdown._rendering import LONGEST_SOURCE, render, text_of
from banyan.kit.markdown._retargeting import retarget
from banyan.kit.markdown._sanitiser import CLASSES

__all__ = [
    "CLASSES",
    "LONGEST_SOURCE",
    "Heading",
    "Rendered",
    "Resolve",
    "SourceTooLong",
    "Warning",
    "anchor",
    "name_people",
    "render",
    "retarget",
    "text_of",
]
