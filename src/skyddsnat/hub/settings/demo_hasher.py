"""How the demo keeps passwords: quickly, for two dozen people are made at once and their passwords lie in a file beside."""

from __future__ import annotations

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickScrypt(ScryptPasswordHasher):
    """Scrypt with a sixteenth of the work."""

    work_factor = 2**10
