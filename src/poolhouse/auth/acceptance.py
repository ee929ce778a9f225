"""The end of a sign-in, the same for the operations and the pages: nothing is left to prove."""

from __future__ import annotations

from poolhouse.auth import sign_in_events
from poolhouse.auth.steps import Proof
from poolhouse.house import House
from poolhouse.triggers import post_authentication


async def accept(house: House, proof: Proof) -> None:
    """Run what comes between the last factor and the tokens (``post-authentication-first``).

    The post authentication function may still object: raises the three Lambda exceptions.
    """
    request = proof.request
    await post_authentication.run(
        house,
        request.pool,
        request.client,
        proof.user,
        new_device_used=_is_new_device(proof),
        client_metadata=proof.client_metadata,
    )
    await sign_in_events.passed(house, proof)


def _is_new_device(proof: Proof) -> bool:
    """Only pools that remember devices know new ones; no device has vouched for itself."""
    remembers = bool(proof.request.pool.settings.get("DeviceConfiguration"))
    return remembers and proof.device_key is None
