"""The sentence by which who signs up agrees to an app's terms, with links to them."""

from __future__ import annotations

from markupsafe import Markup

from poolhouse.domain.terms import PRIVACY_POLICY, TERMS_OF_USE, Terms
from poolhouse.hosted.guests import Guest
from poolhouse.store import terms

_LINK = Markup('<a href="{}" rel="noreferrer" target="_blank">{}</a>')


async def sentence(guest: Guest) -> Markup:
    """Empty unless the client has both documents."""
    found = await terms.of_client(guest.house.db, guest.pool.id, guest.client.id)
    if not {TERMS_OF_USE, PRIVACY_POLICY} <= found.keys():
        return Markup()
    return guest.look.language(
        "sign_up.terms",
        terms=_link(guest, found[TERMS_OF_USE], "sign_up.terms_of_use"),
        privacy=_link(guest, found[PRIVACY_POLICY], "sign_up.privacy_policy"),
    )


def _link(guest: Guest, document: Terms, key: str) -> Markup:
    language = guest.look.language
    return _LINK.format(document.link(language.code), language(key))
