"""Rules of the pages that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`. Code that follows a row names it in
backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

PAGE_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        "pages-without-domain": Choice(
            "ours",
            "A pool without a domain has pages under its path, as managed login shows them.",
            "Without a domain there are no pages on AWS; a test pool should not need one.",
        ),
        "sign-up-contact": Choice(
            "ours",
            "The sign-up form asks for a contact that the pool verifies, required or not.",
            "Without it nobody could confirm the account.",
        ),
        "refused-on-page": Choice(
            "ours",
            "What a function refuses before anybody has signed in is shown above the form; what "
            "it refuses later goes to the callback.",
            "The callback was observed; a person can often mend a form, and nothing else.",
        ),
        "disabled-looks-unknown": Choice(
            "ours",
            "Where existence is kept secret, a disabled user looks like a wrong password.",
            "The API says that the user is disabled; on a page that tells a stranger that they "
            "exist.",
        ),
        "invited-looks-reset": Choice(
            "ours",
            "Where existence is kept secret, asking for an invited user's code looks as if it "
            "was sent.",
            "The API says that the password cannot be reset in the user's state.",
        ),
        "open-registrations": Choice(
            "ours",
            "Without a token sixty app clients an hour can be registered in a pool.",
            "Else one script fills the pool's room for app clients.",
        ),
        "registered-asks": Choice(
            "ours",
            "An app client that registered itself gets no code from a browser's session alone: "
            "the page names it, and a person has to press the button.",
            "Where anybody may register, a link would tell any site who is signed in (RFC 7591 "
            "section 5, RFC 6749 section 10.2).",
        ),
        "pages-know-no-devices": Choice(
            "ours",
            "The pages neither offer to remember a browser as a device nor recognize one: who has "
            "a second factor is asked for it in every sign-in there.",
            "Devices are documented by their secrets, which a client of the API keeps and proves; "
            "pages that run no script cannot.",
        ),
        "link-signs-nobody-in": Choice(
            "ours",
            "The link of a message confirms and ends there.",
            "Links are opened by mail scanners, and in other browsers than the sign-up's.",
        ),
    }
)
"""Rule name to choice."""
