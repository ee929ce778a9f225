"""Messages to people: codes and invitations, composed from the pool's templates and delivered.

Doors: :mod:`poolhouse.messages.send` (the way of every message, outside of transactions) and
:mod:`poolhouse.messages.unseen` (where nobody may learn of it). Behind them are ``compose`` (what
a message says, pure) and ``deliver`` (getting it there). The room must not know why a message is
sent, nor how codes are made or judged.
"""
