"""Why a sign-in at a provider fails, as the app hears of it on its callback.

Source: Amazon Cognito developer guide, "The redirect and authorization endpoint" (the sentences
about timeouts and refused token requests); the others are ours (``provider-failures``).
"""

from __future__ import annotations


class ProviderFailure(Exception):
    """``error`` and ``description`` are for the app; ``detail`` is for the log."""

    def __init__(
        self, description: str, *, error: str = "invalid_request", detail: str = ""
    ) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.detail = detail


class Unreachable(Exception):
    """A provider that does not answer. The text is what the app hears unless there is a better."""

    def __init__(self, text: str, *, timed_out: bool = False, detail: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.timed_out = timed_out
        self.detail = detail
