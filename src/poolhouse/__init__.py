"""poolhouse: Amazon Cognito user pools on your own machines.

The package is a house of four floors; imports go down only (``tests/unit/test_floors.py``).
Start reading at :mod:`poolhouse.app`, then follow the walk in ``CONTRIBUTING.md``.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def preview(pool: str, client: str, *, url: str = "http://localhost:4566", **more: Any) -> Any:
    """What a sign-in's tokens would say at the server at ``url``, and why. Nothing is issued.

    See :meth:`poolhouse.client.server.Client.preview`, and ``docs/how-to/preview.md``.
    """
    from poolhouse.client import server

    return server.preview(pool, client, url=url, **more)
