"""Replays: recorded calls minted again with other code, and what would be different.

Doors: :func:`poolhouse.replay.replaying.replay`. The tokens' content comes from the same functions
that the mint uses (:mod:`poolhouse.tokens.customize`); the room only compares and counts.
"""
