"""Rules of user import that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_CHOICES: Final[dict[str, Choice]] = {
    "password-hash-column": Choice(
        "ours",
        "With a PasswordHashingAlgorithm the file has a column cognito:password_hash; a user with "
        "a hash is CONFIRMED, one without RESET_REQUIRED.",
        "The algorithms are in the model, the column is not documented.",
    ),
    "mfa-enabled-column": Choice(
        "ours",
        "cognito:mfa_enabled true makes SMS the user's preferred second factor, where the pool has "
        "SMS and the user a phone number; elsewhere it changes nothing.",
        "The column is documented, what it turns on is not; SMS is the one factor a row can bring.",
    ),
    "hash-forms": Choice(
        "ours",
        "Hashes are bcrypt's own strings or PHC strings, of at most bcrypt cost 14, 256 MiB, 16 "
        "passes and 5,000,000 iterations.",
        "Not documented. What costs more would let anybody who knows a name slow the server down.",
    ),
    "too-many-failed": Choice(
        "ours",
        "A job fails when more rows failed or were skipped than were imported: at its end, or "
        "from the thousandth such row on.",
        "The message is documented, when it is said is not.",
    ),
    "import-sentences": Choice(
        "ours",
        "Refusals of jobs in the wrong state, and most reasons for failed rows, are our words.",
        "Three reasons and the completion messages are documented.",
    ),
    "file-needed": Choice(
        "ours",
        "A job does not start before its file is uploaded.",
        "Nothing is documented; it could only fail.",
    ),
}

IMPORT_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(_CHOICES)
"""Rule name to choice."""
