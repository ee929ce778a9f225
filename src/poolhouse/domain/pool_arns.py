"""The ARN of a user pool: what a function's policy names as the source of an invocation."""

from __future__ import annotations

from poolhouse.domain.records import UserPool


def pool_arn(account_id: str, pool: UserPool) -> str:
    return f"arn:aws:cognito-idp:{pool.region}:{account_id}:userpool/{pool.id}"
