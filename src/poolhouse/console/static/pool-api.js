// Reading and changing a pool. An update that leaves a member out sets it back to its default, so
// every update begins with what the pool has.

import { cognito, cognitoAll } from "./api.js";

const POOL = `Policies DeletionProtection LambdaConfig AutoVerifiedAttributes SmsVerificationMessage
  EmailVerificationMessage EmailVerificationSubject VerificationMessageTemplate SmsAuthenticationMessage
  UserAttributeUpdateSettings MfaConfiguration DeviceConfiguration EmailConfiguration SmsConfiguration
  UserPoolTags AdminCreateUserConfig UserPoolAddOns DcrConfiguration AccountRecoverySetting UserPoolTier
  KeyConfiguration IssuerConfiguration AcrConfiguration`.split(/\s+/);
const CLIENT = `ClientName RefreshTokenValidity AccessTokenValidity IdTokenValidity TokenValidityUnits
  ReadAttributes WriteAttributes ExplicitAuthFlows SupportedIdentityProviders CallbackURLs LogoutURLs
  DefaultRedirectURI AllowedOAuthFlows AllowedOAuthScopes AllowedOAuthFlowsUserPoolClient
  AnalyticsConfiguration PreventUserExistenceErrors EnableTokenRevocation
  EnablePropagateAdditionalUserContextData AuthSessionValidity RefreshTokenRotation`.split(/\s+/);

const picked = (from, names) =>
  Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));

export async function readPool(id) {
  return (await cognito("DescribeUserPool", { UserPoolId: id })).UserPool;
}

export async function updatePool(id, changes) {
  const pool = await readPool(id);
  const given = typeof changes === "function" ? changes(pool) : changes;
  const before = picked(pool, POOL);
  // The policy of invitations says the same thing in an older place.
  if (before.AdminCreateUserConfig) delete before.AdminCreateUserConfig.UnusedAccountValidityDays;
  await cognito("UpdateUserPool", { UserPoolId: id, ...before, ...given });
}

export async function readClient(id, client) {
  const input = { UserPoolId: id, ClientId: client };
  return (await cognito("DescribeUserPoolClient", input)).UserPoolClient;
}

export async function updateClient(id, client, changes) {
  const before = picked(await readClient(id, client), CLIENT);
  await cognito("UpdateUserPoolClient", { UserPoolId: id, ClientId: client, ...before, ...changes });
}

export function listClients(id) {
  return cognitoAll("ListUserPoolClients", { UserPoolId: id, MaxResults: 60 }, "UserPoolClients");
}

// Attribute lists as objects, and back.
export const asObject = (attributes) =>
  Object.fromEntries((attributes ?? []).map(({ Name, Value }) => [Name, Value]));
export const asAttributes = (object) =>
  Object.entries(object).map(([Name, Value]) => ({ Name, Value }));
