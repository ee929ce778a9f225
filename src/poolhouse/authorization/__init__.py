"""Tables of who may do what, answered by minting: each persona's tokens, each action's decision.

Doors: :func:`poolhouse.authorization.matrix.evaluate`. Tokens come from the preview, so from the
mint; scope rules are pure (:mod:`poolhouse.domain.scope_authorizers`), Cedar policies are decided
by Cedar's own engine. The room must not know where a table was written.
"""
