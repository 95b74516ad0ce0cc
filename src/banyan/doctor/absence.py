"""What a check needs is not there."""

__all__ = ["NotAnswering"]


class NotAnswering(Exception):
    """Something that a check looks through does not answer. One check tells of that; the others cannot be made."""
