"""Where a code would go that is not sent, because nobody has the name it was asked for.

Source: Amazon Cognito developer guide, "Managing user existence error responses".
"""

from __future__ import annotations

import string

from poolhouse.domain import delivery, usernames
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import UserPool
from poolhouse.house import House


def delivery_details(
    house: House, pool: UserPool, username: str, contact: Contact
) -> dict[str, str]:
    """``CodeDeliveryDetails`` of a code that is not sent.

    A name that is an address is masked as such; any other gets an address of kind ``contact``,
    the same each time, since an answer that varies would give the game away
    (``simulated-address``).
    """
    found = usernames.kind(username)
    if found != "username":
        return delivery.details(found, username)
    name = usernames.key(pool, username)
    digest = house.sealer.keyed_hash(name, f"simulated address {pool.id}")
    number = int(digest, 16)
    if contact == "phone_number":
        return delivery.details(contact, f"+1{number % 10_000_000_000:010d}")
    letters = string.ascii_lowercase
    first, second = letters[number % 26], letters[number // 26 % 26]
    return delivery.details(contact, f"{first}@{second}")
