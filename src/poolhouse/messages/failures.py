"""Why a message did not get on its way."""

from __future__ import annotations


class NotDelivered(Exception):
    """``reason`` is for logs, and says nothing of the message; ``may_pass`` invites a retry."""

    def __init__(self, reason: str, *, may_pass: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass
