"""Custom challenges by the published JavaScript client, led by functions in JavaScript."""

from __future__ import annotations

import pytest

from account_world import PASSWORD, make_world
from clients.conftest import Run
from lambda_world import NODE, ROLE, fresh_name, zipped
from server import Server
from token_reading import unverified

# One function for all three, in the style of the developer guide's samples.
RIDDLE = """
export const handler = async (event) => {
  const { session } = event.request;
  if (event.triggerSource.startsWith("Define")) {
    const last = session.at(-1);
    const tries = session.filter((each) => each.challengeName === "CUSTOM_CHALLENGE");
    event.response.issueTokens = false;
    event.response.failAuthentication = false;
    if (last?.challengeName === "SRP_A") {
      event.response.challengeName = "PASSWORD_VERIFIER";
    } else if (last?.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult) {
      event.response.issueTokens = true;
    } else if (tries.length === 3) {
      event.response.failAuthentication = true;
    } else {
      event.response.challengeName = "CUSTOM_CHALLENGE";
    }
  } else if (event.triggerSource.startsWith("Create")) {
    event.response.publicChallengeParameters = { question: `Which island? (${session.length})` };
    event.response.privateChallengeParameters = { answer: "Wangerooge" };
    event.response.challengeMetadata = "ISLAND";
  } else {
    event.response.answerCorrect =
      event.request.challengeAnswer === event.request.privateChallengeParameters.answer &&
      event.request.clientMetadata.terminal === "north";
  }
  return event;
};
"""


@pytest.fixture(scope="module")
def function(server_of_today: Server) -> str:
    functions, name = server_of_today.client("lambda"), fresh_name("riddle")
    arn: str = functions.create_function(
        FunctionName=name,
        Role=ROLE,
        Runtime=NODE,
        Handler="index.handler",
        Code={"ZipFile": zipped({"index.mjs": RIDDLE})},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    return arn


def test_identity_js_answers_custom_challenges(
    server_of_today: Server, function: str, node: Run
) -> None:
    trio = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    world = make_world(
        server_of_today,
        client={"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
        LambdaConfig=dict.fromkeys(trio, function),
    )
    world.member("ines")
    seen = node(
        "custom_auth.mjs",
        url=world.server.url,
        pool=world.pool_id,
        client=world.client_id,
        password=PASSWORD,
    )
    first = seen["passwordless"]
    assert first["asked"] == ["Which island? (0)", "Which island? (1)"]
    assert unverified(first["access"])["username"] == "ines"
    second = seen["afterPassword"]
    assert second["asked"] == ["Which island? (2)"]
    assert unverified(second["access"])["username"] == "ines"
    assert seen["guessed"]["refused"] == "NotAuthorizedException"
    assert len(seen["guessed"]["asked"]) == 3
