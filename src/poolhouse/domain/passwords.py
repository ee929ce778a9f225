"""Whether a password is acceptable, and a temporary one that is.

Source: Amazon Cognito developer guide, "Adding user pool password requirements".
"""

from __future__ import annotations

import string

from poolhouse.domain.records import PasswordPolicy
from poolhouse.errors import InvalidPasswordException
from poolhouse.ids import RandomSource

MAXIMUM_LENGTH = 256
SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ")

# Documented sentences, tried in this order: ``password-order``.
_REFUSAL = "Password did not conform with policy: "
_TOO_SHORT = _REFUSAL + "Password not long enough"
_NO_LOWERCASE = _REFUSAL + "Password must have lowercase characters"
_NO_UPPERCASE = _REFUSAL + "Password must have uppercase characters"
_NO_NUMBER = _REFUSAL + "Password must have numeric characters"
_NO_SYMBOL = _REFUSAL + "Password must have symbol characters"
# Ours: request members are refused by their shape before; answers to challenges have no shape.
_TOO_LONG = _REFUSAL + "Password too long"
_WHITE_SPACE = _REFUSAL + "Password must not contain white space"

# Temporary passwords are read out of a message and typed: no look-alikes, and no symbol that
# HTML, a shell or a template would change on the way (``temporary-password``).
_TEMPORARY_ALPHABET = (
    "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI"))) + "!@#%+=-_.*"
)
_TEMPORARY_LENGTH = 12


def check(policy: PasswordPolicy, password: str) -> None:
    """Refuse a password the policy does not allow. Raises InvalidPasswordException.

    Only ASCII letters and digits count as such; the length is in characters.
    """
    characters = set(password)
    rules = (
        (len(password) >= policy.minimum_length, _TOO_SHORT),
        (
            not policy.require_lowercase or characters & set(string.ascii_lowercase),
            _NO_LOWERCASE,
        ),
        (
            not policy.require_uppercase or characters & set(string.ascii_uppercase),
            _NO_UPPERCASE,
        ),
        (not policy.require_numbers or characters & set(string.digits), _NO_NUMBER),
        (not policy.require_symbols or characters & SYMBOLS, _NO_SYMBOL),
        (len(password) <= MAXIMUM_LENGTH, _TOO_LONG),
        (not any(character.isspace() for character in characters), _WHITE_SPACE),
    )
    for kept, sentence in rules:
        if not kept:
            raise InvalidPasswordException(sentence)


def temporary(policy: PasswordPolicy, source: RandomSource) -> str:
    """A random password that conforms to ``policy``, for AdminCreateUser.

    Drawn again until it conforms (two draws on average), so that every conforming password is
    equally likely; forcing one character of each kind into place would not give that.
    """
    length = max(_TEMPORARY_LENGTH, policy.minimum_length)
    while True:
        password = "".join([source.choice(_TEMPORARY_ALPHABET) for _ in range(length)])
        try:
            check(policy, password)
        except InvalidPasswordException:
            continue
        return password
