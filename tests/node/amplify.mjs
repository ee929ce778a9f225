// Amplify: sign-up, confirmation, SRP sign-in, forced refresh, profile, sign-out everywhere.
import { Amplify } from "aws-amplify";
import {
  confirmSignUp,
  fetchAuthSession,
  fetchUserAttributes,
  resetPassword,
  confirmResetPassword,
  signIn,
  signOut,
  signUp,
} from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { answer, code, given, refusal } from "./given.mjs";

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: given.pool,
      userPoolClientId: given.client,
      userPoolEndpoint: given.url,
    },
  },
});
const kept = new Map();
cognitoUserPoolsTokenProvider.setKeyValueStorage({
  setItem: async (key, value) => void kept.set(key, value),
  getItem: async (key) => kept.get(key) ?? null,
  removeItem: async (key) => void kept.delete(key),
  clear: async () => kept.clear(),
});

const username = "kaia";
const address = "kaia@harbour.test";
const signedUp = await signUp({
  username,
  password: given.password,
  options: { userAttributes: { email: address } },
});
const confirmed = await confirmSignUp({ username, confirmationCode: await code(address) });
const wrong = await refusal(() => signIn({ username, password: "Wrong-password-1" }));
const signedIn = await signIn({ username, password: given.password });
const first = await fetchAuthSession();
const refreshed = await fetchAuthSession({ forceRefresh: true });
const attributes = await fetchUserAttributes();
await signOut({ global: true });
const afterwards = await fetchAuthSession();
await resetPassword({ username });
await confirmResetPassword({
  username,
  confirmationCode: await code(address),
  newPassword: given.newPassword,
});
const again = await signIn({ username, password: given.newPassword });
answer({
  next: signedUp.nextStep.signUpStep,
  confirmed: confirmed.isSignUpComplete,
  wrong: wrong.name,
  signedIn: signedIn.isSignedIn,
  first: first.tokens.accessToken.toString(),
  refreshed: refreshed.tokens.accessToken.toString(),
  attributes,
  afterwards: afterwards.tokens === undefined,
  again: again.isSignedIn,
});
