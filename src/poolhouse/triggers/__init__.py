"""The triggers: what a user pool asks functions, and when.

Doors: one module per trigger, which builds its event and says whether it runs at all; the list of
them is :mod:`poolhouse.domain.trigger_catalogue`. Reading an answer is a pure rule
(:mod:`poolhouse.domain.trigger_answers` and its neighbours), and so is acting on it. The room must
not know how a function runs (that is :mod:`poolhouse.functions`), nor sign, store or send anything.
"""
