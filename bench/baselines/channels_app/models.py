"""People, the rooms that they are members of, and what they say there."""

import uuid

from django.db import models
from django.db.models import CASCADE, ForeignKey, Index, UniqueConstraint


class Account(models.Model):
    """A person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.TextField()


class Token(models.Model):
    """A session: the SHA-256 of its token."""

    digest = models.CharField(max_length=64, primary_key=True)
    account = ForeignKey(Account, CASCADE)
    expires_at = models.DateTimeField()


class Room(models.Model):
    """A study group's room."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)


class Member(models.Model):
    """Someone who may be in a room."""

    room = ForeignKey(Room, CASCADE)
    account = ForeignKey(Account, CASCADE)

    class Meta:
        """Once each; the constraint's index finds it."""

        constraints = (UniqueConstraint(fields=["room", "account"], name="member_once"),)


class Message(models.Model):
    """What was said; its id is its place in the order of rooms."""

    room = ForeignKey(Room, CASCADE, db_index=False)
    author = ForeignKey(Account, CASCADE, db_index=False)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A room's messages are read in order."""

        indexes = (Index(fields=["room", "id"], name="message_of_room"),)
