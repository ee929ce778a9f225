// amazon-cognito-identity-js: custom challenges, without a password and after one by SRP.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { answer, given } from "./given.mjs";

const pool = new CognitoUserPool({
  UserPoolId: given.pool,
  ClientId: given.client,
  endpoint: given.url,
});
const user = () => {
  const made = new CognitoUser({ Username: "ines", Pool: pool });
  made.setAuthenticationFlowType("CUSTOM_AUTH");
  return made;
};
const details = new AuthenticationDetails({ Username: "ines", Password: given.password });

/** Answers every challenge with the next of `answers`; how it ended, and what was asked. */
const signIn = (begin, answers) =>
  new Promise((resolve) => {
    const asked = [];
    const waiting = [...answers];
    const signingIn = user();
    const handlers = {
      onSuccess: (tokens) => resolve({ asked, access: tokens.getAccessToken().getJwtToken() }),
      onFailure: (error) => resolve({ asked, refused: error.code }),
      customChallenge: (parameters) => {
        asked.push(parameters.question);
        signingIn.sendCustomChallengeAnswer(waiting.shift(), handlers, { terminal: "north" });
      },
    };
    signingIn[begin](details, handlers);
  });

answer({
  passwordless: await signIn("initiateAuth", ["Juist", "Wangerooge"]),
  afterPassword: await signIn("authenticateUser", ["Wangerooge"]),
  guessed: await signIn("initiateAuth", ["Juist", "Baltrum", "Langeoog"]),
});
