"""The exact words in which a request's shape is refused, seen by a client that checks nothing."""

from __future__ import annotations

import pytest

from raw_http import call
from server import Server

POOL = "us-east-1_abcDEF123"
POOL_PATTERN = r"[\w-]+_[0-9a-zA-Z]+"


def _refusal(server: Server, operation: str, body: object) -> str:
    answer = call(server, operation, body)
    assert answer.status == 400
    assert answer.json["__type"] == "InvalidParameterException"
    message: str = answer.json["message"]
    return message


@pytest.mark.parametrize(
    ("operation", "body", "failures"),
    [
        pytest.param(
            "DescribeUserPool",
            {},
            ["Value null at 'userPoolId' failed to satisfy constraint: Member must not be null"],
            id="missing",
        ),
        pytest.param(
            "CreateGroup",
            {},
            [
                "Value null at 'groupName' failed to satisfy constraint: Member must not be null",
                "Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
            ],
            id="two missing",
        ),
        pytest.param(
            "DescribeUserPool",
            {"UserPoolId": "harbour"},
            [
                "Value 'harbour' at 'userPoolId' failed to satisfy constraint: Member "
                f"must satisfy regular expression pattern: {POOL_PATTERN}"
            ],
            id="pattern",
        ),
        pytest.param(
            "DescribeUserPool",
            {"UserPoolId": ""},
            [
                "Value '' at 'userPoolId' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1",
                "Value '' at 'userPoolId' failed to satisfy constraint: Member must satisfy "
                f"regular expression pattern: {POOL_PATTERN}",
            ],
            id="one value, two constraints",
        ),
        pytest.param(
            "DescribeUserPool",
            {"UserPoolId": "p_" + "a" * 54},
            [
                f"Value 'p_{'a' * 54}' at 'userPoolId' failed to satisfy constraint: Member must "
                "have length less than or equal to 55"
            ],
            id="too long",
        ),
        pytest.param(
            "DescribeUserPool",
            {"UserPoolId": f"see {POOL} there"},
            [
                f"Value 'see {POOL} there' at 'userPoolId' failed to satisfy constraint: Member "
                f"must satisfy regular expression pattern: {POOL_PATTERN}"
            ],
            id="the whole string has to match",
        ),
        pytest.param(
            "DescribeUserPool",
            {"UserPoolId": f"{POOL}\n"},
            [
                f"Value '{POOL}\n' at 'userPoolId' failed to satisfy constraint: Member must "
                f"satisfy regular expression pattern: {POOL_PATTERN}"
            ],
            id="a line break at the end is no match",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "Häfen"},
            [
                "Value 'Häfen' at 'poolName' failed to satisfy constraint: Member must satisfy "
                r"regular expression pattern: [\w\s+=,.@-]+"
            ],
            id="letters of \\w are ASCII",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "a", "MfaConfiguration": "false"},
            [
                "Value 'false' at 'mfaConfiguration' failed to satisfy constraint: Member must "
                "satisfy enum value set: [OFF, ON, OPTIONAL]"
            ],
            id="enum",
        ),
        pytest.param(
            "ListUserPools",
            {"MaxResults": 61},
            [
                "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value "
                "less than or equal to 60"
            ],
            id="too many",
        ),
        pytest.param(
            "ListUserPools",
            {"MaxResults": 0},
            [
                "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value "
                "greater than or equal to 1"
            ],
            id="too few",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "a", "Policies": {"PasswordPolicy": {"MinimumLength": 5}}},
            [
                "Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy "
                "constraint: Member must have value greater than or equal to 6"
            ],
            id="nested",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "a", "Schema": [{"Name": "phone_number_verified"}]},
            [
                "Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy "
                "constraint: Member must have length less than or equal to 20"
            ],
            id="in a list of structures",
        ),
        pytest.param(
            "AdminCreateUser",
            {"UserPoolId": POOL, "Username": "u", "UserAttributes": [{"Name": "a"}, {}]},
            [
                "Value null at 'userAttributes.2.member.name' failed to satisfy constraint: "
                "Member must not be null"
            ],
            id="the second of a list",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "a", "AliasAttributes": ["email", "nickname"]},
            [
                "Value '[email, nickname]' at 'aliasAttributes' failed to satisfy constraint: "
                "Member must satisfy constraint: [Member must satisfy enum value set: "
                "[phone_number, email, preferred_username]]"
            ],
            id="a list of strings fails as one",
        ),
        pytest.param(
            "CreateUserPoolClient",
            {
                "UserPoolId": POOL,
                "ClientName": "c",
                "CallbackURLs": ["https://a.test", "", "h" * 1025],
            },
            [
                f"Value '[https://a.test, , {'h' * 1025}]' at 'callbackURLs' failed to satisfy "
                "constraint: Member must satisfy constraint: [Member must have length less than "
                "or equal to 1024, Member must have length greater than or equal to 1, Member "
                r"must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+]"
            ],
            id="and names all constraints of its members",
        ),
        pytest.param(
            "AddCustomAttributes",
            {"UserPoolId": POOL, "CustomAttributes": []},
            [
                "Value '[]' at 'customAttributes' failed to satisfy constraint: Member must have "
                "length greater than or equal to 1"
            ],
            id="an empty list",
        ),
        pytest.param(
            "TagResource",
            {"ResourceArn": f"arn:aws:cognito-idp:us-east-1:1:userpool/{POOL}", "Tags": {"": "v"}},
            [
                "Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy "
                "constraint: [Member must have length less than or equal to 128, Member must "
                "have length greater than or equal to 1]"
            ],
            id="keys of a map",
        ),
        pytest.param(
            "TagResource",
            {
                "ResourceArn": f"arn:aws:cognito-idp:us-east-1:1:userpool/{POOL}",
                "Tags": {"k": "v" * 257},
            },
            [
                f"Value '{{k={'v' * 257}}}' at 'tags' failed to satisfy constraint: Map value "
                "must satisfy constraint: [Member must have length less than or equal to 256, "
                "Member must have length greater than or equal to 0]"
            ],
            id="values of a map",
        ),
        pytest.param(
            "AdminSetUserSettings",
            {
                "UserPoolId": POOL,
                "Username": "u",
                "MFAOptions": [{"DeliveryMedium": "PIGEON"}],
            },
            [
                "Value 'PIGEON' at 'mFAOptions.1.member.deliveryMedium' failed to satisfy "
                "constraint: Member must satisfy enum value set: [SMS, EMAIL]"
            ],
            id="only the first letter is lowered",
        ),
        pytest.param(
            "SignUp",
            {"ClientId": "c", "Username": "u", "Password": "p" * 257},
            [
                "Value at 'password' failed to satisfy constraint: Member must have length less "
                "than or equal to 256"
            ],
            id="a secret is not repeated",
        ),
        pytest.param(
            "SignUp",
            {"ClientId": "c-1", "Username": "", "Password": "a b"},
            [
                "Value at 'clientId' failed to satisfy constraint: Member must satisfy regular "
                r"expression pattern: [\w+]+",
                "Value at 'username' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1",
                "Value at 'username' failed to satisfy constraint: Member must satisfy regular "
                r"expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+",
                "Value at 'password' failed to satisfy constraint: Member must satisfy regular "
                r"expression pattern: [\S]+",
            ],
            id="everything that is wrong is told at once",
        ),
    ],
)
def test_the_wording(server: Server, operation: str, body: object, failures: list[str]) -> None:
    message = _refusal(server, operation, body)
    count, _, rest = message.partition(" detected: ")
    plural = "s" if len(failures) > 1 else ""
    assert count == f"{len(failures)} validation error{plural}"
    assert sorted(rest.split("; ")) == sorted(failures)


def test_passwords_in_maps_are_not_repeated(server: Server) -> None:
    parameters = {"USERNAME": "u", "PASSWORD": "open sesame" + "x" * 131_072}
    body = {"ClientId": "c", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
    message = _refusal(server, "InitiateAuth", body)
    assert message.startswith("1 validation error detected: Value at 'authParameters' failed")
    assert "sesame" not in message


def test_a_flow_that_the_model_lacks_is_accepted(server: Server, pool_id: str) -> None:
    body = {
        "UserPoolId": pool_id,
        "ClientName": "machine",
        "GenerateSecret": True,
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
    }
    assert call(server, "CreateUserPoolClient", body).status == 200


def test_a_custom_domain_may_have_dots(server: Server) -> None:
    answer = call(server, "DescribeUserPoolDomain", {"Domain": "auth.example.com"})
    assert answer.json == {"DomainDescription": {}}
