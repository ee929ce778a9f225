"""From where a request really comes: what the caller says of its user, if that may be believed.

Source: Amazon Cognito API reference, ContextDataType, UserContextDataType and
``EnablePropagateAdditionalUserContextData``.
"""

from __future__ import annotations

from poolhouse.api.registry import Call, Request
from poolhouse.domain.authentication import Visitor
from poolhouse.domain.records import AppClient

_USER_AGENT = "user-agent"
_PROPAGATES = "EnablePropagateAdditionalUserContextData"


def visitor(call: Call, request: Request, client: AppClient) -> Visitor:
    """The user's address and browser.

    A server that signs its requests is believed (``ContextData``). An app is believed about the
    address if its client allows that and has a secret: anybody could pretend to be another app.
    """
    user_agent = call.headers.get(_USER_AGENT, "")
    told = request.get("ContextData")
    if told:
        headers = {
            header.get("headerName", "").lower(): header.get("headerValue", "")
            for header in told.get("HttpHeaders") or ()
        }
        return Visitor(told.get("IpAddress", ""), headers.get(_USER_AGENT, ""), call.request_id)
    address = (request.get("UserContextData") or {}).get("IpAddress")
    if address and client.secrets and client.settings.get(_PROPAGATES):
        return Visitor(address, user_agent, call.request_id)
    return Visitor(call.client_address, user_agent, call.request_id)
