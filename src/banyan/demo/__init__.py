"""The demo school: people, and courses to read, so that a first visit finds something alive."""

from banyan.demo.planting import ADDRESSES, PASSWORD, plant

__all__ = ["ADDRESSES", "PASSWORD", "plant"]
