"""The way back: in this browser, once, in time, and from the provider that was asked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from browser_world import CALLBACK, outcome
from federation_world import (
    FakeProvider,
    Harbour,
    Visit,
    allow,
    error_page,
    fake_provider,
    make_visit,
    query_of,
)
from oauth_world import send
from provider_world import add_provider
from server import Server


def users(visit: Visit) -> list[str]:
    world = visit.browser.world
    return [each["Username"] for each in world.idp.list_users(UserPoolId=world.pool_id)["Users"]]


def test_an_answer_counts_once(visit: Visit) -> None:
    state = visit.leave()["state"]
    assert "code" in outcome(visit.come(state))
    assert error_page(visit.come(state))
    # The same bytes, written otherwise.
    assert error_page(visit.come(state + "="))
    assert error_page(visit.come(state + "=="))
    assert visit.fake.paths().count("/token") == 1


def test_an_answer_that_was_meant_for_another_browser(visit: Visit) -> None:
    """Login CSRF: an attacker's own answer, planted in somebody's browser."""
    state = visit.leave()["state"]
    visit.browser.session = requests.Session()
    assert error_page(visit.come(state))
    visit.browser.session.cookies.set(
        "csrf-state", "A" * 43, domain="127.0.0.1", path=f"/{visit.browser.world.pool_id}/"
    )
    assert error_page(visit.come(state))
    assert "/token" not in visit.fake.paths()
    assert users(visit) == ["ada"]


@pytest.mark.parametrize("state", ["", "x", "AQ==", "A" * 400])
def test_a_state_that_is_none(visit: Visit, state: str) -> None:
    visit.leave()
    assert error_page(visit.come(state))


def test_a_state_of_another_pool(server: Server, visit: Visit, fake: FakeProvider) -> None:
    other = make_visit(server, fake)
    other.browser.session = visit.browser.session
    state = visit.leave()["state"]
    other.leave()
    assert error_page(other.come(state))


def test_five_minutes_are_all(start_server: Callable[..., Server], fake: FakeProvider) -> None:
    server = start_server()
    visit = make_visit(server, fake)
    state = visit.leave()["state"]
    server.clock.advance(seconds=301)
    assert error_page(visit.come(state))


def test_two_windows_do_not_end_each_other(visit: Visit) -> None:
    one = visit.leave()
    two = visit.leave()
    assert "code" in outcome(visit.come(two["state"]))
    visit.fake.nonce = one["nonce"]
    assert "code" in outcome(visit.come(one["state"]))


def test_a_code_of_another_sign_in_is_not_taken(harbour: Harbour) -> None:
    """Code injection: the victim's code with a state of the attacker's own browser."""
    page = harbour.visit()
    stolen = harbour.there.submit(page, username="ada", password="Ferry-2-Norderney")
    code = stolen.headers["location"].partition("code=")[2].partition("&")[0]
    harbour.forget()
    asked = harbour.here.authorize(identity_provider="Quay").headers["location"]
    state = asked.partition("state=")[2].partition("&")[0]
    answer = harbour.here.get(f"/oauth2/idpresponse?code={code}&state={state}")
    # The provider compares the code's challenge; without PKCE the nonce would tell.
    assert outcome(answer)["error_description"] == "Quay Error - 400 error getting token"


def test_a_nonce_of_another_sign_in_is_not_taken(visit: Visit) -> None:
    visit.leave()
    stolen = visit.fake.nonce
    state = visit.leave()["state"]
    visit.fake.nonce = stolen
    assert outcome(visit.come(state))["error_description"] == "Bad id_token nonce"


def test_an_answer_of_another_provider(visit: Visit) -> None:
    """Mix-up: asked one, answered by the other, whose code the first one would like to have."""
    honest = visit.fake
    with fake_provider() as greedy:
        world = visit.browser.world
        details = {
            "client_id": "poolhouse",
            "authorize_scopes": "openid",
            "attributes_request_method": "GET",
            "oidc_issuer": greedy.url,
        }
        add_provider(world.idp, world.pool_id, "Greedy", "OIDC", details)
        allow(world, "COGNITO", "Fake", "Greedy")
        state = visit.leave(identity_provider="Greedy")["state"]
        answer = outcome(visit.come(state, iss=honest.url))
        assert answer["error_description"] == f"Bad issuer {honest.url}"
        assert "/token" not in greedy.paths()
        # A token of the honest one does not pass for one of the other either.
        state = visit.leave(identity_provider="Greedy")["state"]
        greedy.claims = {"iss": honest.url}
        answer = outcome(visit.come(state))
        assert answer["error_description"] == f"Bad id_token issuer {honest.url}"


def test_whoever_promises_to_name_itself_must(visit: Visit) -> None:
    visit.fake.discovery = {"authorization_response_iss_parameter_supported": True}
    assert visit.there_and_back()["error_description"] == "Bad issuer None"
    assert "code" in visit.there_and_back(iss=visit.fake.url)


def test_an_answer_by_form_goes_on_with_the_browsers_cookies(visit: Visit) -> None:
    state = visit.leave()["state"]
    url = f"{visit.browser.base}/oauth2/idpresponse"
    form = {"code": "c", "state": state}
    posted = requests.post(url, data=form, allow_redirects=False, timeout=30)
    assert posted.status_code == 302
    assert "code" in outcome(visit.browser.follow(posted))


def test_repeated_parameters_are_no_answer(visit: Visit) -> None:
    state = visit.leave()["state"]
    answer = visit.browser.get(f"/oauth2/idpresponse?code=a&code=b&state={state}")
    assert error_page(answer)


def test_the_state_tells_nothing(visit: Visit) -> None:
    asked = visit.leave(state="from-the-app")
    for secret in ("from-the-app", asked["nonce"], "app.example"):
        assert secret not in asked["state"]
    assert len(asked["state"]) < 1200


def test_a_request_too_long_to_travel(visit: Visit) -> None:
    answer = visit.browser.authorize(identity_provider="Fake", nonce="n" * 5000)
    assert outcome(answer) == {"error": "invalid_request"}


def test_the_cookie(harbour: Harbour) -> None:
    answer = harbour.here.authorize(identity_provider="Quay")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("csrf-state=")
    for part in ("httponly", "samesite=lax", "max-age=300", f"path=/{harbour.here.world.pool_id}/"):
        assert part.lower() in cookie


def test_a_look_at_the_headers_uses_nothing_up(visit: Visit) -> None:
    state = visit.leave()["state"]
    url = f"{visit.browser.base}/oauth2/idpresponse"
    asked = {"code": "c", "state": state}
    looked = visit.browser.session.head(url, params=asked, allow_redirects=False, timeout=30)
    assert looked.status_code == 405
    assert "code" in outcome(visit.come(state))


def test_on_a_domain_the_answer_comes_to_the_domain(visit: Visit) -> None:
    world = visit.browser.world
    prefix = f"quay-{world.client_id[:8]}"
    world.idp.create_user_pool_domain(UserPoolId=world.pool_id, Domain=prefix)
    port = urlsplit(world.server.url).port
    host = f"{prefix}.auth.localhost:{port}"
    query = urlencode(visit.browser.request(identity_provider="Fake"))
    answer = send(world.server, "GET", f"/oauth2/authorize?{query}", headers={"Host": host})
    asked = query_of(answer.headers["location"])
    assert asked["redirect_uri"] == f"http://{host}/oauth2/idpresponse"
    visit.fake.nonce = asked["nonce"]
    cookie = answer.headers["set-cookie"]
    assert "Path=/;" in cookie
    back = send(
        world.server,
        "GET",
        f"/oauth2/idpresponse?{urlencode({'code': 'c', 'state': asked['state']})}",
        headers={"Host": host, "Cookie": cookie.partition(";")[0]},
    )
    assert back.headers["location"].startswith(f"{CALLBACK}?code=")
    ((_, form, _),) = [each for each in visit.fake.asked if each[0] == "/token"]
    assert form["redirect_uri"] == asked["redirect_uri"]
