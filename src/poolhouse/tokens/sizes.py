"""The sizes of tokens before they are signed: exact, since the signature's length is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain import claims, token_sizes
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import FinishedClaims, TokenDraft
from poolhouse.domain.token_sizes import Sizes, TokenSize
from poolhouse.store.json_text import encode
from poolhouse.tokens.signing import access_token_hash

_AT_HASH_BYTES = len(',"at_hash":""') + len(access_token_hash(""))


def of_draft(authentication: Authentication, draft: TokenDraft) -> Sizes:
    """The sizes of the tokens that ``draft`` becomes; no claim by claim account."""
    finished = claims.finish(draft)
    access = TokenSize(token_sizes.token_size(len(encode(finished.access_claims))))
    if finished.id_claims is None:
        return token_sizes.of_issuance(authentication, access, None)
    json_bytes = len(encode(finished.id_claims))
    if authentication.by_oauth:
        json_bytes += _AT_HASH_BYTES
    id_ = TokenSize(token_sizes.token_size(json_bytes))
    return token_sizes.of_issuance(authentication, access, id_)


def by_claim(authentication: Authentication, finished: FinishedClaims) -> Sizes:
    """The same with what each claim costs, as encoded."""
    id_claims = finished.id_claims
    if id_claims is not None and authentication.by_oauth:
        id_claims = {**id_claims, "at_hash": access_token_hash("")}
    return token_sizes.of_issuance(
        authentication,
        of_claims(finished.access_claims),
        None if id_claims is None else of_claims(id_claims),
    )


def of_claims(token_claims: Mapping[str, Any]) -> TokenSize:
    """One token by itself, claim by claim."""
    members = {name: len(encode({name: value})) - 2 for name, value in token_claims.items()}
    total = token_sizes.token_size(len(encode(token_claims)))
    return TokenSize(total, token_sizes.shares(members))
