"""A pool's password policy as sentences to show beside a new password."""

from __future__ import annotations

from markupsafe import Markup

from poolhouse.domain.records import PasswordPolicy
from poolhouse.hosted.translations import Language


def sentences(language: Language, policy: PasswordPolicy) -> list[Markup]:
    """One sentence for each rule that is in force."""
    rules = {
        "rule.lowercase": policy.require_lowercase,
        "rule.uppercase": policy.require_uppercase,
        "rule.number": policy.require_numbers,
        "rule.symbol": policy.require_symbols,
        "rule.history": policy.history_size > 0,
    }
    length = language("rule.length", length=policy.minimum_length)
    return [length, *(language(key) for key, holds in rules.items() if holds)]
