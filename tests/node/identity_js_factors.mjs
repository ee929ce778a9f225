// amazon-cognito-identity-js: an authenticator app, then a remembered device in its place.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { answer, given } from "./given.mjs";

const pool = new CognitoUserPool({
  UserPoolId: given.pool,
  ClientId: given.client,
  endpoint: given.url,
});
const user = new CognitoUser({ Username: "ines", Pool: pool });
const details = new AuthenticationDetails({ Username: "ines", Password: given.password });

// Signs in, giving the next of the codes whenever one is asked for; tells how often that was.
const codes = [...given.codes];
const signIn = () =>
  new Promise((resolve, reject) => {
    let asked = 0;
    const handlers = {
      onSuccess: (result) => resolve({ asked, access: result.getAccessToken().getJwtToken() }),
      onFailure: reject,
      totpRequired: () => {
        asked += 1;
        user.sendMFACode(codes.shift(), handlers, "SOFTWARE_TOKEN_MFA");
      },
    };
    user.authenticateUser(details, handlers);
  });
const handled = (act) =>
  new Promise((resolve, reject) => act({ onSuccess: resolve, onFailure: reject }));

const first = await signIn();
const device = await handled((handlers) => user.getDevice(handlers));
const remembered = await signIn();
const refreshed = await new Promise((resolve, reject) =>
  user.refreshSession(user.getSignInUserSession().getRefreshToken(), (error, result) =>
    error ? reject(error) : resolve(result.getAccessToken().getJwtToken()),
  ),
);
// Somebody else forgets the device: the library drops its key and sends its proof again.
await user.client.promisifyRequest("ForgetDevice", {
  AccessToken: remembered.access,
  DeviceKey: device.Device.DeviceKey,
});
const afterwards = await signIn();
answer({ first, key: device.Device.DeviceKey, remembered, refreshed, afterwards });
