"""Calls of the pre token generation function, kept for replays: sampled, redacted, sealed.

Doors: :class:`poolhouse.recording.recorder.Recorder`. The room must not know how a call is made or
replayed.
"""
