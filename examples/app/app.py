"""A small app: people sign in on the pool's own pages, and an API opens to those whose access
token has the scope that the pool's function added.

    python3 prepare.py > .env
    set -a && . ./.env && uvicorn app:app
"""

from __future__ import annotations

import json
import os
from html import escape
from pathlib import Path
from typing import Any

from authlib.integrations.starlette_client import OAuth
from guard import Guard
from joserfc import jws
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
ISSUER = os.environ["ISSUER"]
SCOPE = "membership:USA.Premium"
# Where `npm install` put oidc-client-ts; only the page needs it.
MODULES = Path(os.environ.get("NODE_MODULES", HERE / "node_modules"))

oauth = OAuth()
oauth.register(
    "pool",
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
)
guard = Guard(ISSUER)


async def home(request: Request) -> Response:
    claims = request.session.get("claims")
    if claims is None:
        return HTMLResponse('<h1>Members</h1><p><a href="/login">Sign in</a></p>')
    shown = escape(json.dumps(claims, indent=2))
    return HTMLResponse(
        f"<h1>Hello, {escape(claims['username'])}</h1><pre>{shown}</pre>"
        '<p><a href="/reports">Reports</a> · <a href="/logout">Sign out</a></p>'
    )


async def login(request: Request) -> Response:
    answer: Response = await oauth.pool.authorize_redirect(
        request, str(request.url_for("callback"))
    )
    return answer


async def callback(request: Request) -> Response:
    tokens = await oauth.pool.authorize_access_token(request)
    request.session["token"] = tokens["access_token"]
    payload = jws.extract_compact(tokens["access_token"].encode()).payload
    request.session["claims"] = json.loads(payload)
    return RedirectResponse("/")


async def reports(request: Request) -> Response:
    """The server's own call to the API, with the person's token."""
    claims = await guard.claims(f"Bearer {request.session.get('token', '')}")
    if claims is None:
        return RedirectResponse("/login")
    if SCOPE not in claims["scope"].split():
        return HTMLResponse("<h1>Not for you</h1><p>Reports are for premium members.</p>", 403)
    return HTMLResponse(f"<h1>Reports</h1><p>Level: {escape(claims['demo:membershipLevel'])}</p>")


async def logout(request: Request) -> Response:
    request.session.clear()
    client_id = os.environ["CLIENT_ID"]
    home_url = request.url_for("home")
    return RedirectResponse(f"{ISSUER}/logout?client_id={client_id}&logout_uri={home_url}")


@guard.needs(SCOPE)
async def api_reports(request: Request, claims: dict[str, Any]) -> Response:
    return JSONResponse({"reports": ["tides", "winds"], "level": claims["demo:membershipLevel"]})


async def page(request: Request) -> Response:
    return FileResponse(HERE / "static" / "page.html")


async def page_settings(request: Request) -> Response:
    return JSONResponse({"authority": ISSUER, "client_id": os.environ["PAGE_CLIENT_ID"]})


app = Starlette(
    routes=[
        Route("/", home, name="home"),
        Route("/login", login),
        Route("/callback", callback, name="callback"),
        Route("/reports", reports),
        Route("/logout", logout),
        Route("/api/reports", api_reports),
        Route("/page", page),
        Route("/page/settings.json", page_settings),
        Mount("/static", StaticFiles(directory=HERE / "static")),
        Mount("/modules", StaticFiles(directory=MODULES, check_dir=False)),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key=os.urandom(32).hex())],
)
