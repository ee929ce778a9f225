"""Rendering: a template and values to a page that may do nothing but show and send a form.

Everything a request brings is escaped by Jinja's autoescape. Source: CSP level 3; RFC 9700 section
4.16 (click-jacking).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.responses import Response

from poolhouse.hosted import forms, translations
from poolhouse.hosted.guests import Guest, Look
from poolhouse.house import House
from poolhouse.oauth.redirects import PRIVATE
from poolhouse.oauth.visits import Visit

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _templates() -> Environment:
    import jinja2  # a server that shows no page needs none of it

    return jinja2.Environment(
        loader=jinja2.PackageLoader("poolhouse.hosted"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_CSP_HOST: Final = re.compile(r"[A-Za-z0-9.:\[\]-]+", re.ASCII)


def show(
    guest: Guest, template: str, *, status: int = 200, scripted: bool = False, **values: Any
) -> Response:
    """A page with forms, posted back with the authorization request in the query.

    ``scripted`` pages may load the one script there is, for passkeys.
    """
    token = forms.token(guest.house, guest.visit)
    targets = _form_targets(guest.request.back.redirect_uri)
    given = {"csrf": token, "client_name": guest.client.name, "url": guest.url, **values}
    response = _page(
        guest.visit, guest.look, template, given, status=status, targets=targets, scripted=scripted
    )
    forms.set_token(guest.visit, response, token)
    return response


def question(house: House, visit: Visit, look: Look, template: str, **values: Any) -> Response:
    """A page with one form that no app has asked for; it is posted to where it came from."""
    token = forms.token(house, visit)
    given = {"csrf": token, "action": f"?{visit.query}", **values}
    response = _page(visit, look, template, given, status=200, targets="'self'")
    forms.set_token(visit, response, token)
    return response


def plain(visit: Visit, look: Look, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page without a form: there is nothing to go on with."""
    return _page(visit, look, template, values, status=status, targets="'none'")


def error_page(visit: Visit, look: Look, *, status: int, error: str = "") -> Response:
    """The end of the road: ``error`` is a code a developer may look up."""
    return plain(visit, look, "error.html", status=status, error=error)


def _page(
    visit: Visit,
    look: Look,
    template: str,
    values: dict[str, Any],
    *,
    status: int,
    targets: str,
    scripted: bool = False,
) -> Response:
    given = {
        "base": visit.base,
        "look": look,
        "t": look.language,
        "message": "",
        "notice": "",
        "blame": (),
    }
    text = _templates().get_template(template).render(given | values)
    script = "script-src 'self'; " if scripted else ""
    policy = (
        f"default-src 'none'; {script}style-src 'self'; img-src 'self' data:; "
        f"form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {
        **PRIVATE,
        "content-type": "text/html;charset=UTF-8",
        "content-language": look.language.code,
        "content-security-policy": policy,
        "x-amz-cognito-request-id": visit.request_id,
    }
    response = Response(text, status_code=status, headers=headers)
    translations.remember(visit, response)
    return response


def _form_targets(redirect_uri: str) -> str:
    """Browsers hold the redirect after a form to ``form-action`` too, so the app's origin is in.

    An origin that a policy cannot name is let in by its scheme: what stands in a redirect URI must
    not end the directive and begin another.
    """
    parts = urlsplit(redirect_uri)
    if parts.scheme in ("http", "https"):
        try:
            host = parts.netloc.encode("idna").decode("ascii")
        except UnicodeError:
            host = ""
        if _CSP_HOST.fullmatch(host):
            return f"'self' {parts.scheme}://{host}"
    return f"'self' {parts.scheme}:"
