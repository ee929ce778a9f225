"""Tags of user pools, and the ARN by which tag operations name a pool.

Source: Amazon Cognito developer guide, "Tagging Amazon Cognito resources".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from poolhouse.errors import InvalidParameterException, UserPoolTaggingException

MAXIMUM_TAGS = 50
RESERVED_PREFIX = "aws:"

_POOL_ARN = re.compile(
    r"arn:[\w-]+:cognito-idp:(?P<region>[\w-]+):\d{12}:userpool/(?P<id>[\w-]+_[0-9A-Za-z]+)",
    re.ASCII,
)


def checked(tags: Mapping[str, str]) -> dict[str, str]:
    """``tags`` if a pool may carry them. Raises UserPoolTaggingException (``quota-sentences``)."""
    if len(tags) > MAXIMUM_TAGS:
        raise UserPoolTaggingException(f"A user pool cannot have more than {MAXIMUM_TAGS} tags.")
    for tag in tags:
        if tag.lower().startswith(RESERVED_PREFIX):
            raise UserPoolTaggingException(
                f"Tag keys that begin with {RESERVED_PREFIX} are reserved."
            )
    return dict(tags)


def merged(current: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The tags after TagResource: added ones replace those of the same key.

    Raises InvalidParameterException, the only refusal TagResource has for it.
    """
    try:
        return checked({**current, **added})
    except UserPoolTaggingException as refusal:
        raise InvalidParameterException(refusal.message) from None


def removed(current: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """The tags after UntagResource; keys the pool does not have are ignored."""
    gone = frozenset(keys)
    return {tag: value for tag, value in current.items() if tag not in gone}


def place_of(arn: str) -> tuple[str, str]:
    """Pool id and region in a user pool's ARN; replicas differ in the region only.

    Raises InvalidParameterException for any other ARN.
    """
    found = _POOL_ARN.fullmatch(arn)
    if found is None:
        raise InvalidParameterException(f"Invalid resource ARN: {arn}")
    return found["id"], found["region"]
