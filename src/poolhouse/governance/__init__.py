"""What a pool's owner asks to be watched, as the mint asks for it with every token.

Doors: :class:`poolhouse.governance.rules.GovernanceRules`. The document and its meaning are pure
(:mod:`poolhouse.domain.governance`); here it is only kept at hand.
"""
