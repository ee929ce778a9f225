// openid-client: discovery, code with PKCE, refresh with rotation, userInfo, revocation, logout.
import * as client from "openid-client";
import { through } from "./browser.mjs";
import { answer, given, refusal } from "./given.mjs";

const config = await client.discovery(
  new URL(`${given.url}/${given.pool}`),
  given.client,
  given.secret,
  given.secret ? client.ClientSecretBasic(given.secret) : client.None(),
  { execute: [client.allowInsecureRequests] },
);
const verifier = client.randomPKCECodeVerifier();
const checks = { state: client.randomState(), nonce: client.randomNonce() };
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: given.callback,
  scope: "openid email",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  ...checks,
});
const back = await through(url, given.callback);
const tokens = await client.authorizationCodeGrant(config, back, {
  pkceCodeVerifier: verifier,
  expectedState: checks.state,
  expectedNonce: checks.nonce,
  idTokenExpected: true,
});
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const reused = await refusal(() => client.refreshTokenGrant(config, tokens.refresh_token));
const again = await through(
  client.buildAuthorizationUrl(config, {
    redirect_uri: given.callback,
    scope: "openid",
    prompt: "none",
    state: checks.state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  }),
  given.callback,
);
const silent = await client.authorizationCodeGrant(config, again, {
  pkceCodeVerifier: verifier,
  expectedState: checks.state,
});
await client.tokenRevocation(config, silent.refresh_token);
const revoked = await refusal(() => client.refreshTokenGrant(config, silent.refresh_token));
const out = client.buildEndSessionUrl(config, {
  post_logout_redirect_uri: given.signedOut,
  id_token_hint: silent.id_token,
  state: "bye",
});
const left = await through(out, given.signedOut);
answer({
  sub: claims.sub,
  userinfo,
  rotated: refreshed.refresh_token !== tokens.refresh_token,
  reused: reused.error,
  revoked: revoked.kind,
  left: left.href,
});
