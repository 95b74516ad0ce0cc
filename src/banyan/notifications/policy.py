"""Whose notifications are whose."""

from banyan.kit.actor import Actor

__all__ = ["is_oneself"]


def is_oneself(actor: Actor) -> None:
    """Whoever is signed in, with what is theirs: every statement behind it is keyed by the actor."""
