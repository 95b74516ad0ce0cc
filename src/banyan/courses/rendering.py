"""A course's texts as learners see them, in a preview exactly as after publishing."""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from banyan.courses.links import Links
from banyan.kit.markdown import Rendered, render

__all__ = ["minutes_for", "render_text"]

_WORDS_A_MINUTE = 200
_SHORT = 2_000  # characters; rendering them takes less than handing them to a thread is worth
# Few at a time: a teacher who publishes must not take the processors from those who learn.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="rendering")


async def render_text(source: str, links: Links, language: str) -> Rendered:
    """Render one text of a course; `language` is the course's."""
    work = partial(render, source, resolve=links.resolve, language=language)
    if len(source) <= _SHORT:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


def minutes_for(words: int) -> int:
    """How long reading so many words takes, in minutes, at least one."""
    return max(1, math.ceil(words / _WORDS_A_MINUTE))
