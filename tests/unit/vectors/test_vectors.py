"""The vectors' own machinery: reading cases, judging tokens, and writing functions."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from poolhouse import vectors
from poolhouse.vectors import BadVector, Case

GOOD: dict[str, Any] = {
    "about": "",
    "derived_from": [],
    "subjects": {
        "ines": {
            "flow": "api",
            "username": "ines",
            "attributes": {"email": "ines@harbour.test"},
            "groups": [{"name": "pilots", "role": "r", "precedence": 1}],
        }
    },
    "cases": [
        {
            "id": "one",
            "rule": "claim-set",
            "mark": "documented",
            "version": "V2_0",
            "source": "here",
            "subject": "ines",
            "answer": {
                "response": {
                    "claimsAndScopeOverrideDetails": {
                        "idTokenGeneration": {"claimsToAddOrOverride": {"n": 1, "sub": "x"}},
                        "accessTokenGeneration": {
                            "claimsToAddOrOverride": {"aud": "$client_id"},
                            "scopesToAdd": {"$strings": {"prefix": "s/", "count": 2}},
                        },
                    }
                }
            },
            "expect": {
                "id": {"n": 1},
                "access": {"aud": "$client_id"},
                "scope": "aws.cognito.signin.user.admin s/0 s/1",
            },
        }
    ],
}


def load(directory: Path, content: object) -> list[Case]:
    (directory / "cases.json").write_text(json.dumps(content), "utf-8")
    return vectors.load(directory)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return load(tmp_path, GOOD)[0]


def expecting(case: Case, **changes: Any) -> list[str]:
    """The differences when the case expected something else."""
    return vectors.run_pure(
        dataclasses.replace(case, expect=dataclasses.replace(case.expect, **changes))
    )


def test_a_good_case_passes(case: Case) -> None:
    assert vectors.run_pure(case) == []


def test_a_wrong_expectation_is_a_difference(case: Case) -> None:
    assert expecting(case, id={"n": 2}) == ["id: n is 1, expected 2"]
    assert expecting(case, id={"n": 1.0}) == ["id: n is 1, expected 1.0"]
    assert expecting(case, id={"n": True}) == ["id: n is 1, expected True"]
    assert expecting(case, id={}) == ["id: n is 1, expected to be absent"]
    assert expecting(case, id={"n": 1, "m": 1}) == ["id: m is absent, expected 1"]
    assert expecting(case, absent={"id": frozenset({"n", "email"})}) == [
        "id: email is 'ines@harbour.test', expected to be absent",
        "id: n is 1, expected to be absent",
    ]
    assert len(expecting(case, scope="aws.cognito.signin.user.admin")) == 1
    assert len(expecting(case, scope=None)) == 1
    assert len(expecting(case, names_scope=False)) == 1
    assert expecting(case, error=("A", "b")) == ["tokens were issued, expected A b"]


def test_an_error_is_judged_by_type_and_message(case: Case) -> None:
    refused = dataclasses.replace(case, answer={"returned": None})
    assert vectors.run_pure(refused) == [
        "no tokens were issued but InvalidLambdaResponseException Unrecognizable lambda output"
    ]
    error = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
    assert expecting(refused, error=error) == []
    assert expecting(refused, error=(error[0], "else")) != []
    assert expecting(refused, error=("Else", error[1])) != []


def tokens(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tokens that the good case expects, as another pool would issue them."""
    common = {"sub": "u", "iss": "i", "auth_time": 1, "exp": 2, "iat": 1, "jti": "j"}
    common |= {"origin_jti": "o", "event_id": "e", "cognito:groups": ["pilots"]}
    id_token = {
        **common,
        "aud": "c",
        "token_use": "id",
        "cognito:username": "ines",
        "cognito:roles": ["r"],
        "cognito:preferred_role": "r",
        "email": "ines@harbour.test",
        "n": 1,
    }
    access_token = {
        **common,
        "client_id": "c",
        "aud": "c",
        "token_use": "access",
        "username": "ines",
        "scope": "aws.cognito.signin.user.admin s/0 s/1",
    }
    return {**id_token, **changes}, access_token


def test_tokens_of_another_pool_are_judged(case: Case) -> None:
    assert vectors.check(case, *tokens()) == []
    assert vectors.check(case, *tokens(at_hash="x")) == []


def test_what_the_function_must_not_set_is_noticed_whatever_its_value(case: Case) -> None:
    id_token, access_token = tokens(sub="x")
    access_token["sub"] = "x"
    assert vectors.check(case, id_token, access_token) == [
        "access: sub is what the function asked for: 'x'",
        "id: sub is what the function asked for: 'x'",
    ]
    assert vectors.check(case, *tokens(sub="y")) == [
        "sub of the ID token is not sub of the access token"
    ]
    assert vectors.check(case, *tokens(exp="2")) == [
        "id: exp is '2', expected a value of another type"
    ]


def test_a_lenient_judge_looks_at_the_changes_only(case: Case) -> None:
    changed = tokens(future=1)
    assert vectors.check(case, *changed) == ["id: future is 1, expected to be absent"]
    assert vectors.check(case, *changed, strict=False) == []
    assert vectors.check(case, *tokens(n=2), strict=False) == ["id: n is 2, expected 1"]


def test_an_id_token_too_few_or_too_many(case: Case) -> None:
    assert vectors.check(case, None, tokens()[1]) == ["no ID token was issued"]
    machine = dataclasses.replace(
        case.subject, flow="client_credentials", groups=(), scopes=("a/b",)
    )
    found = vectors.check(dataclasses.replace(case, subject=machine), *tokens())
    assert found[-1] == "an ID token was issued"


def test_the_function_source_answers_like_the_pure_run(case: Case) -> None:
    room: dict[str, Any] = {}
    exec(vectors.function_source(case.answer), room)  # noqa: S102  # the function under test
    event = {"callerContext": {"clientId": "c"}, "request": {}, "response": {}}
    answers: list[dict[str, Any]] = [
        case.answer,  # type: ignore[list-item]  # a mapping
        {},
        {"returned": ["$client_id", {"$members": {"prefix": "m", "count": 2}, "n": None}]},
        {"remove": ["request"], "set": {"response": {"text": "'\"\\\n\u2028é"}}},
    ]
    for answer in answers:
        exec(vectors.function_source(answer), room)  # noqa: S102  # the function under test
        assert room["handler"](event, None) == vectors.answer_to(event, answer)
    assert vectors.answer_to(event, answers[2]) == ["c", {"m0": True, "m1": True, "n": None}]
    with pytest.raises(ValueError, match="payload"):
        vectors.function_source({"payload": "x"})


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("version", "V9_0"),
        ("mark", "guessed"),
        ("subject", "nobody"),
        ("answer", {"respond": 1}),
        ("expect", {"idd": {}}),
        ("unheard-of", 1),
    ],
)
def test_a_case_without_the_format_is_refused(tmp_path: Path, member: str, value: object) -> None:
    broken = {**GOOD, "cases": [{**GOOD["cases"][0], member: value}]}
    with pytest.raises(BadVector, match=r"cases.json, one: "):
        load(tmp_path, broken)


def test_cases_have_names_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(BadVector, match="two cases are called one"):
        load(tmp_path, {**GOOD, "cases": GOOD["cases"] * 2})
    with pytest.raises(BadVector, match=r"cases.json: "):
        load(tmp_path, {"cases": []})
