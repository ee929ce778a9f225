"""The inbound federation trigger: a function reads what a provider said before the pool does.

Amazon Cognito developer guide, "Inbound federation Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping

from poolhouse.domain import inbound_identities
from poolhouse.domain.inbound_identities import InboundIdentity
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.domain.trigger_catalogue import INBOUND_FEDERATION
from poolhouse.house import House
from poolhouse.triggers.ask import ask


async def ask_for_attributes(
    house: House, pool: UserPool, client: AppClient, user_name: str, identity: InboundIdentity
) -> Mapping[str, str] | None:
    """The attributes to map in place of the provider's; None keeps those.

    ``user_name`` is the user's in the pool (``Provider_externalId``). Raises the three Lambda
    exceptions.
    """
    response = await ask(
        house,
        pool,
        INBOUND_FEDERATION,
        "InboundFederation_ExternalProvider",
        user_name=user_name,
        client_id=client.id,
        request=inbound_identities.request(identity),
        response=dict(inbound_identities.SKELETON),
    )
    return None if response is None else inbound_identities.read(response)
