// amazon-cognito-identity-js: sign-up, confirmation, SRP, profile, refresh, global sign-out.
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
} from "amazon-cognito-identity-js";
import { answer, code, given, refusal } from "./given.mjs";

const pool = new CognitoUserPool({
  UserPoolId: given.pool,
  ClientId: given.client,
  endpoint: given.url,
});

// Its callbacks are (error, result) or an object of handlers; both become promises here.
const called = (act) =>
  new Promise((resolve, reject) => act((error, result) => (error ? reject(error) : resolve(result))));
const handled = (act, more = {}) =>
  new Promise((resolve, reject) => act({ onSuccess: resolve, onFailure: reject, ...more }));

const user = new CognitoUser({ Username: "ines", Pool: pool });
const details = (password) =>
  new AuthenticationDetails({ Username: "ines", Password: password });

const email = new CognitoUserAttribute({ Name: "email", Value: "ines@harbour.test" });
const signedUp = await called((done) => pool.signUp("ines", given.password, [email], null, done));
const unconfirmed = await refusal(() =>
  handled((handlers) => user.authenticateUser(details(given.password), handlers)),
);
const mistaken = await refusal(() =>
  called((done) => user.confirmRegistration("000000", false, done)),
);
await called(async (done) => user.confirmRegistration(await code("ines@harbour.test"), false, done));
const wrong = await refusal(() =>
  handled((handlers) => user.authenticateUser(details("Wrong-password-1"), handlers)),
);
const first = await handled((handlers) => user.authenticateUser(details(given.password), handlers));
const attributes = await called((done) => user.getUserAttributes(done));
await called((done) =>
  user.updateAttributes([new CognitoUserAttribute({ Name: "name", Value: "Ines" })], done),
);
const refreshed = await called((done) => user.refreshSession(first.getRefreshToken(), done));
await called((done) => user.changePassword(given.password, given.newPassword, done));
const again = await handled((handlers) =>
  user.authenticateUser(details(given.newPassword), handlers),
);
await handled((handlers) => user.globalSignOut(handlers));
const signedOut = await refusal(async () => {
  const other = new CognitoUser({ Username: "ines", Pool: pool });
  other.setSignInUserSession(again);
  await called((done) => other.refreshSession(again.getRefreshToken(), done));
});
answer({
  userSub: signedUp.userSub,
  unconfirmed,
  mistaken,
  wrong,
  sub: first.getIdToken().payload.sub,
  access: first.getAccessToken().getJwtToken(),
  attributes: Object.fromEntries(attributes.map((each) => [each.Name, each.Value])),
  refreshedAccess: refreshed.getAccessToken().getJwtToken(),
  signedOut,
});
