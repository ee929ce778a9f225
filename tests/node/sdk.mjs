// @aws-sdk/client-cognito-identity-provider: the same story without anything but API calls.
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  paginateListUsers,
  RevokeTokenCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { answer, code, given, refusal } from "./given.mjs";

const idp = new CognitoIdentityProviderClient({
  endpoint: given.url,
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "any" },
});
const send = (Command, input) => idp.send(new Command(input));
const signIn = (parameters, flow = "USER_PASSWORD_AUTH") =>
  send(InitiateAuthCommand, {
    ClientId: given.client,
    AuthFlow: flow,
    AuthParameters: parameters,
  });

const credentials = { USERNAME: "jonas", PASSWORD: given.password };
const signedUp = await send(SignUpCommand, {
  ClientId: given.client,
  Username: "jonas",
  Password: given.password,
  UserAttributes: [{ Name: "email", Value: "jonas@harbour.test" }],
});
const unconfirmed = await refusal(() => signIn(credentials));
await send(ConfirmSignUpCommand, {
  ClientId: given.client,
  Username: "jonas",
  ConfirmationCode: await code("jonas@harbour.test"),
});
const { AuthenticationResult: tokens } = await signIn(credentials);
const profile = await send(GetUserCommand, { AccessToken: tokens.AccessToken });
const { AuthenticationResult: refreshed } = await signIn(
  { REFRESH_TOKEN: tokens.RefreshToken },
  "REFRESH_TOKEN_AUTH",
);
await send(RevokeTokenCommand, { ClientId: given.client, Token: tokens.RefreshToken });
const revoked = await refusal(() =>
  signIn({ REFRESH_TOKEN: tokens.RefreshToken }, "REFRESH_TOKEN_AUTH"),
);
const { AuthenticationResult: later } = await signIn(credentials);
await send(GlobalSignOutCommand, { AccessToken: later.AccessToken });
const signedOut = await refusal(() => send(GetUserCommand, { AccessToken: later.AccessToken }));
const stranger = await refusal(() =>
  send(AdminGetUserCommand, { UserPoolId: given.pool, Username: "nobody" }),
);
const names = [];
for await (const page of paginateListUsers({ client: idp, pageSize: 1 }, { UserPoolId: given.pool })) {
  names.push(...page.Users.map((each) => each.Username));
}
answer({
  sub: signedUp.UserSub,
  unconfirmed: unconfirmed.name,
  profile: Object.fromEntries(profile.UserAttributes.map((each) => [each.Name, each.Value])),
  refreshed: refreshed.AccessToken,
  revoked: revoked.message,
  signedOut: signedOut.message,
  stranger: stranger.name,
  names,
});
