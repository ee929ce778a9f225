"""Messages to people: codes and invitations, composed from the pool's templates and delivered.

Doors: :mod:`poolhouse.messages.compose` (what a message says, pure),
:mod:`poolhouse.messages.deliver` (getting it there, outside of transactions) and
:mod:`poolhouse.messages.unseen` (where nobody may learn of it). The room must not know why a
message is sent, nor how codes are made or judged.
"""
