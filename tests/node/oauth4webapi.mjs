// oauth4webapi: the same, each message checked by hand as its users do.
import * as oauth from "oauth4webapi";
import { through } from "./browser.mjs";
import { answer, given, refusal } from "./given.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(`${given.url}/${given.pool}`);
const server = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, insecure),
);
const client = { client_id: given.client };
const authentication = given.secret ? oauth.ClientSecretPost(given.secret) : oauth.None();
const verifier = oauth.generateRandomCodeVerifier();
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
const url = new URL(server.authorization_endpoint);
url.search = new URLSearchParams({
  client_id: given.client,
  redirect_uri: given.callback,
  response_type: "code",
  scope: "openid email",
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});
const back = await through(url, given.callback);
const parameters = oauth.validateAuthResponse(server, client, back, state);
const tokens = await oauth.processAuthorizationCodeResponse(
  server,
  client,
  await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    given.callback,
    verifier,
    insecure,
  ),
  { expectedNonce: nonce, requireIdToken: true },
);
const claims = oauth.getValidatedIdTokenClaims(tokens);
const userinfo = await oauth.processUserInfoResponse(
  server,
  client,
  claims.sub,
  await oauth.userInfoRequest(server, client, tokens.access_token, insecure),
);
const refresh = async (token) =>
  oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(server, client, authentication, token, insecure),
  );
const refreshed = await refresh(tokens.refresh_token);
await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, client, authentication, refreshed.refresh_token, insecure),
);
const revoked = await refusal(() => refresh(refreshed.refresh_token));
answer({
  sub: claims.sub,
  userinfo,
  rotated: refreshed.refresh_token !== tokens.refresh_token,
  revoked: revoked.kind,
});
