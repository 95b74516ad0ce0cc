"""What an operator should know of."""

__all__ = ["Trouble"]


class Trouble(Exception):
    """Something that only an operator can mend; the message says what it is, and what to do.

    A command that ends with it shows the message and nothing else.
    """
