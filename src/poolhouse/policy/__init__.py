"""The naming policy against what functions really answer: what breaks it, what nobody uses.

Doors: :func:`poolhouse.policy.surveying.survey`. The rules are pure
(:mod:`poolhouse.domain.policy_judgement`), and so is what issuance does about them
(:mod:`poolhouse.tokens.customize`); the room only looks at recorded calls and counts.
"""
