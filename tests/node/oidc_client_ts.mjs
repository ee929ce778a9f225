// oidc-client-ts, as a page of an app uses it; the page's storage is memory here.
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from "oidc-client-ts";
import { through } from "./browser.mjs";
import { answer, given } from "./given.mjs";

const client = new OidcClient({
  authority: `${given.url}/${given.pool}`,
  client_id: given.client,
  redirect_uri: given.callback,
  post_logout_redirect_uri: given.signedOut,
  scope: "openid email",
  loadUserInfo: true,
  stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});
const asked = await client.createSigninRequest({ state: { page: 7 } });
const back = await through(asked.url, given.callback);
const signedIn = await client.processSigninResponse(back.href);
const refreshed = await client.useRefreshToken({
  state: {
    refresh_token: signedIn.refresh_token,
    id_token: signedIn.id_token,
    session_state: null,
    scope: signedIn.scope,
    profile: signedIn.profile,
    data: null,
  },
});
await client.revokeToken(refreshed.refresh_token, "refresh_token");
const out = await client.createSignoutRequest({ id_token_hint: signedIn.id_token, state: "bye" });
const left = await through(out.url, given.signedOut);
answer({
  profile: signedIn.profile,
  page: signedIn.userState.page,
  rotated: refreshed.refresh_token !== signedIn.refresh_token,
  newAccessToken: refreshed.access_token !== signedIn.access_token,
  left: left.href,
});
