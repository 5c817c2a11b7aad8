"""What can go wrong with sealed columns.  No message holds a key or what was sealed."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured


class BadKeyRing(ImproperlyConfigured):
    """The keys of the sealed columns are missing or cannot be used."""


class CannotOpen(Exception):
    """A sealed cell is not what was sealed for this place: changed, moved here from elsewhere, or under a lost key."""


class UnknownKey(CannotOpen):
    """A sealed cell names a key that is not in the ring."""
