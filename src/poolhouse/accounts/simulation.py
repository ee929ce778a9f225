"""An answer about a user who does not exist, like one about a user who does.

Source: Amazon Cognito developer guide, "Managing user existence error responses".
"""

from __future__ import annotations

from poolhouse.accounts.app_requests import AppRequest
from poolhouse.auth.simulated_address import delivery_details
from poolhouse.domain.delivery import Contact
from poolhouse.house import House


def code_delivery(house: House, request: AppRequest, contact: Contact) -> dict[str, str]:
    """``CodeDeliveryDetails`` of a code that is not sent."""
    return delivery_details(house, request.pool, request.username, contact)
