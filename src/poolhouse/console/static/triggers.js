// The triggers of a pool, as the console of AWS groups and names them.

export const GROUPS = [
  ["Authentication", ["PreTokenGeneration", "PreAuthentication", "PostAuthentication"]],
  ["Sign-up", ["PreSignUp", "PostConfirmation", "UserMigration"]],
  ["Custom authentication", ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]],
  ["Messaging", ["CustomMessage", "CustomEmailSender", "CustomSMSSender"]],
  ["Federation", ["InboundFederation"]],
];

export const LABELS = {
  PreTokenGeneration: "Pre token generation trigger",
  PreAuthentication: "Pre authentication trigger",
  PostAuthentication: "Post authentication trigger",
  PreSignUp: "Pre sign-up trigger",
  PostConfirmation: "Post confirmation trigger",
  UserMigration: "Migrate user trigger",
  DefineAuthChallenge: "Define auth challenge trigger",
  CreateAuthChallenge: "Create auth challenge trigger",
  VerifyAuthChallengeResponse: "Verify auth challenge response trigger",
  CustomMessage: "Custom message trigger",
  CustomEmailSender: "Custom e-mail sender trigger",
  CustomSMSSender: "Custom SMS sender trigger",
  InboundFederation: "Inbound federation trigger",
};

export const VERSIONS = [
  ["V1_0", "Basic features", "Claims of the ID token and groups. On every feature plan."],
  ["V2_0", "Basic features + access token customization for user identities", "Claims and scopes of the access token as well."],
  ["V3_0", "Basic features + access token customization for user and machine identities (Recommended)", "Also for the tokens of machines, by client credentials."],
];

const OF_SENDERS = { CustomEmailSender: "V1_0", CustomSMSSender: "V1_0", InboundFederation: "V1_0" };

export const needsKey = (trigger) => trigger === "CustomEmailSender" || trigger === "CustomSMSSender";

// Why a pool cannot have an event version; undefined when it can.
export function refusal(version, pool) {
  if (version === "V1_0" || pool.UserPoolTier !== "LITE") return undefined;
  const mode = pool.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF";
  if (version === "V2_0" && mode !== "OFF") return undefined;
  return "This pool is on the Lite plan. Access token customization comes with Essentials and Plus: change the plan under Settings.";
}

// What is attached: [[trigger, ARN, event version]].
export function attached(config = {}) {
  return Object.keys(LABELS).flatMap((trigger) => {
    if (trigger === "PreTokenGeneration") {
      const versioned = config.PreTokenGenerationConfig;
      if (versioned) return [[trigger, versioned.LambdaArn, versioned.LambdaVersion]];
      return config.PreTokenGeneration ? [[trigger, config.PreTokenGeneration, "V1_0"]] : [];
    }
    const value = config[trigger];
    if (!value) return [];
    return typeof value === "string" ? [[trigger, value, ""]] : [[trigger, value.LambdaArn, value.LambdaVersion]];
  });
}

// LambdaConfig with one trigger set, or removed when `arn` is null.
export function withTrigger(config, trigger, arn, version, key) {
  const changed = { ...config };
  delete changed[trigger];
  if (trigger === "PreTokenGeneration") delete changed.PreTokenGenerationConfig;
  if (arn === null) return changed;
  if (trigger === "PreTokenGeneration") {
    // Both places have to agree.
    changed.PreTokenGeneration = arn;
    changed.PreTokenGenerationConfig = { LambdaArn: arn, LambdaVersion: version };
  } else if (trigger in OF_SENDERS) {
    changed[trigger] = { LambdaArn: arn, LambdaVersion: OF_SENDERS[trigger] };
    if (key) changed.KMSKeyID = key;
  } else {
    changed[trigger] = arn;
  }
  return changed;
}
