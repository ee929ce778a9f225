"""The OAuth face: the endpoints of a user pool domain and of the issuer.

Doors: :func:`poolhouse.oauth.routes.answer`. A request is resolved to a pool (by host, path or
client), checked, and handed to one grant. The room must not know how tokens are made.
"""
