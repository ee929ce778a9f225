"""Identity providers as services of others: what is asked of them over the network.

Doors: :mod:`poolhouse.federation.endpoints`, :mod:`poolhouse.federation.departures` and
:mod:`poolhouse.federation.arrivals` for a sign-in there and back;
:func:`poolhouse.federation.metadata.fetch`. The room knows HTTP towards providers and nothing of
the requests that made it ask; records are the store's, rules the ground's.
"""
