"""Proving who it is: flows, password checks, challenges and their auth sessions.

Doors: :mod:`poolhouse.auth.flows`. Every flow ends in a challenge or in an ``Authentication``. The
room must not know HTTP, and leaves making tokens to :mod:`poolhouse.tokens`.
"""
