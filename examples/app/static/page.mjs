// A page without a server of its own: oidc-client-ts signs in, the API looks at the scope.
import { UserManager } from "oidc-client-ts";

const settings = await (await fetch("/page/settings.json")).json();
const here = `${location.origin}/page`;
const manager = new UserManager({
  ...settings,
  redirect_uri: here,
  post_logout_redirect_uri: here,
  scope: "openid email",
});
const [signIn, reports, signOut, shown] = ["sign-in", "reports", "sign-out", "shown"].map((id) =>
  document.getElementById(id),
);

signIn.onclick = () => manager.signinRedirect();
signOut.onclick = () => manager.signoutRedirect();
reports.onclick = async () => {
  const { access_token } = await manager.getUser();
  const answer = await fetch("/api/reports", {
    headers: { authorization: `Bearer ${access_token}` },
  });
  shown.textContent = `${answer.status} ${JSON.stringify(await answer.json())}`;
};

if (new URLSearchParams(location.search).has("code")) {
  await manager.signinCallback();
  history.replaceState({}, "", here);
}
const user = await manager.getUser();
if (user) {
  signIn.hidden = true;
  reports.hidden = signOut.hidden = false;
  const claims = JSON.parse(atob(user.access_token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
  shown.textContent = JSON.stringify(claims, null, 2);
}
