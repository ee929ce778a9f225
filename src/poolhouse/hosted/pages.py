"""Rendering: a template and values to a page that may do nothing but show and send a form.

Everything a request brings is escaped by Jinja's autoescape. Source: CSP level 3; RFC 9700 section
4.16 (click-jacking).
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

import jinja2
from starlette.responses import Response

from poolhouse.hosted import forms
from poolhouse.house import House
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.redirects import PRIVATE
from poolhouse.oauth.visits import Visit

_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.PackageLoader("poolhouse.hosted"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)
_STYLE: Final = files("poolhouse.hosted").joinpath("static", "pages.css").read_bytes()
STYLE_PATH: Final = "/pages.css"


def style() -> Response:
    """The one style sheet; not private, and changed only by another version of this program."""
    headers = {
        "content-type": "text/css;charset=UTF-8",
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
    }
    return Response(_STYLE, headers=headers)


def form_page(
    house: House,
    visit: Visit,
    request: AuthorizationRequest,
    template: str,
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    """A page with a form that is posted back with the authorization request in its query."""
    token = forms.token(house, visit)
    values = {"csrf": token, "query": visit.query, "client_name": request.client.name, **values}
    response = _page(visit, template, status, _form_targets(request.back.redirect_uri), values)
    forms.set_token(visit, response, token)
    return response


def error_page(visit: Visit, *, status: int, error: str = "") -> Response:
    """The end of the road: ``error`` is a code a developer may look up."""
    return _page(visit, "error.html", status, "'none'", {"error": error})


def _page(
    visit: Visit, template: str, status: int, form_targets: str, values: dict[str, Any]
) -> Response:
    text = _TEMPLATES.get_template(template).render(
        style=f"{visit.base}{STYLE_PATH}", base=visit.base, **values
    )
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        f"form-action {form_targets}; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {
        **PRIVATE,
        "content-type": "text/html;charset=UTF-8",
        "content-security-policy": policy,
        "x-amz-cognito-request-id": visit.request_id,
    }
    return Response(text, status_code=status, headers=headers)


def _form_targets(redirect_uri: str) -> str:
    """Browsers hold the redirect after a form to ``form-action`` too, so the app's origin is in."""
    parts = urlsplit(redirect_uri)
    if parts.scheme in ("http", "https"):
        return f"'self' {parts.scheme}://{parts.netloc}"
    return f"'self' {parts.scheme}:"
