"""Secrets: tokens that are kept only as hashes, and passwords by Argon2id."""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "SECURITY_HEADERS",
    "hash_password",
    "hash_token",
    "new_token",
    "verify_password",
]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "frame-src https://www.youtube-nocookie.com https://player.vimeo.com; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), geolocation=()",
}

# OWASP password storage cheat sheet, 2024: Argon2id with 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Few at a time: a crowd that signs in must not take the memory or the processors from those who learn.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
_NOBODY = _hasher.hash(secrets.token_urlsafe())


def new_token() -> str:
    """A secret of 256 bits for a link, a session or a program."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored of a token. It needs no salt: the token itself is random."""
    return hashlib.sha256(token.encode()).digest()


async def hash_password(password: str) -> str:
    """The Argon2id hash, made in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether `password` is the one stored. With nothing stored it takes as long and is False."""
    matches = await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, stored or _NOBODY)
    return matches and stored is not None


def _verify(password: str, stored: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
