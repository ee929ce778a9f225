"""The mint: keys, issuing, refreshing, verifying and revoking tokens.

Doors: :func:`poolhouse.tokens.issue.issue` (``Authentication`` in, ``TokenSet`` out) and
:func:`poolhouse.tokens.verify.self_service`. However a person signed in, tokens are made here and
nowhere else. The room must not know HTTP or which flow was used beyond what ``Authentication``
says.
"""
