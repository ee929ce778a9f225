"""The triggers: what a user pool asks functions, and when.

Doors: one module per trigger, which builds its event and says whether it runs at all. Reading an
answer is a pure rule (:mod:`poolhouse.domain.trigger_answers`), and so is acting on it
(:mod:`poolhouse.domain.customization`). The room must not know how a function runs (that is
:mod:`poolhouse.functions`), nor sign, store or send anything.
"""
