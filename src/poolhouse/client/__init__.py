"""A running server, asked from Python: previews, replays, audit, budgets.

Doors: :class:`poolhouse.client.server.Client` and :func:`poolhouse.client.server.preview`, which
:func:`poolhouse.preview` is. The room knows our own API's paths and signatures; it must know
nothing of a server's insides, so that it works against one that runs elsewhere.
"""
