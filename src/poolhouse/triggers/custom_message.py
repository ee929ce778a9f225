"""The custom message trigger: a function words a message that the pool sends.

Amazon Cognito developer guide, "Custom message Lambda trigger".
"""

from __future__ import annotations

from typing import Any, Final

from poolhouse.domain import custom_messages, trigger_events
from poolhouse.domain.custom_messages import CustomWords, Placeholders
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_catalogue import CUSTOM_MESSAGE
from poolhouse.domain.trigger_events import Caller
from poolhouse.house import House
from poolhouse.triggers.ask import ask

_ANY_LINK: Final = "{##Click Here##}"


async def ask_for_words(
    house: House,
    pool: UserPool,
    user: User,
    cause: str,
    contact: Contact,
    placeholders: Placeholders,
    *,
    code_parameter: str,
    caller: Caller,
) -> CustomWords | None:
    """The function's words; None when the pool has no such function.

    ``cause`` is the second half of the trigger source; ``code_parameter`` is named to the function
    even where no code is sent. Raises the three Lambda exceptions.
    """
    request: dict[str, Any] = {
        "userAttributes": trigger_events.user_attributes(pool, user),
        "codeParameter": code_parameter,
        "linkParameter": placeholders.link or _ANY_LINK,
        "usernameParameter": placeholders.username,
    }
    if caller.client_metadata:
        request["clientMetadata"] = dict(caller.client_metadata)
    response = await ask(
        house,
        pool,
        CUSTOM_MESSAGE,
        f"CustomMessage_{cause}",
        user_name=user.username,
        client_id=caller.client_id,
        request=request,
        response=dict(custom_messages.SKELETON),
    )
    if response is None:
        return None
    return custom_messages.read(
        response, contact, placeholders, may_word_email=_may_word_email(house, pool)
    )


def _may_word_email(house: House, pool: UserPool) -> bool:
    if not house.settings.custom_email_needs_developer_account:
        return True
    email: dict[str, Any] = pool.settings["EmailConfiguration"]
    return email.get("EmailSendingAccount") == "DEVELOPER"
