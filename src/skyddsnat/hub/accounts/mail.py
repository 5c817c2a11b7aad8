"""What becomes of letters on a hub without a mail server: they are counted, never written out, since they name people."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger(__name__)


class NoMailServer(BaseEmailBackend):
    """Stands where SKYDDSNAT_SMTP_HOST is not set.  The log of changes has what the letters would have told."""

    def send_messages(self, email_messages: Sequence[EmailMessage | Any]) -> int:
        """Drop them and say how many; returns how many were sent: none."""
        log.warning("letters were not sent: %d; no mail server is set (SKYDDSNAT_SMTP_HOST)", len(email_messages))
        return 0
