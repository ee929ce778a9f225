// Functions to begin with. Each adds a claim and a scope made of two custom attributes.

const JAVASCRIPT = `// Pre token generation, event version V2_0 or V3_0.
export const handler = async (event) => {
  const attributes = event.request.userAttributes ?? {};
  const level = attributes["custom:membership"];
  const place = attributes["custom:location"];

  event.response = {
    claimsAndScopeOverrideDetails: {
      idTokenGeneration: {},
      accessTokenGeneration: {
        claimsToAddOrOverride: { "demo:membershipLevel": level },
        scopesToAdd: [\`membership:\${place}.\${level}\`],
      },
    },
  };
  console.log(\`\${event.userName} is a \${level} member in \${place}\`);
  return event;
};
`;

const PYTHON = `"""Pre token generation, event version V2_0 or V3_0."""


def handler(event, context):
    attributes = event["request"].get("userAttributes") or {}
    level = attributes.get("custom:membership")
    place = attributes.get("custom:location")

    event["response"] = {
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {},
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {"demo:membershipLevel": level},
                "scopesToAdd": [f"membership:{place}.{level}"],
            },
        }
    }
    print(f"{event['userName']} is a {level} member in {place}")
    return event
`;

const PASSING_JS = `// Hands back what it was sent: any trigger takes that.
export const handler = async (event) => {
  console.log(event.triggerSource);
  return event;
};
`;

const PASSING_PY = `"""Hands back what it was sent: any trigger takes that."""


def handler(event, context):
    print(event["triggerSource"])
    return event
`;

export const TEMPLATES = {
  "membership-js": { label: "JavaScript: a claim and a scope for the access token", runtime: "nodejs22.x", file: "index.mjs", code: JAVASCRIPT },
  "membership-py": { label: "Python: a claim and a scope for the access token", runtime: "python3.13", file: "index.py", code: PYTHON },
  "passing-js": { label: "JavaScript: hands back the event", runtime: "nodejs22.x", file: "index.mjs", code: PASSING_JS },
  "passing-py": { label: "Python: hands back the event", runtime: "python3.13", file: "index.py", code: PASSING_PY },
};

export const SAMPLE_EVENT = {
  version: "2",
  triggerSource: "TokenGeneration_Authentication",
  region: "us-east-1",
  userPoolId: "us-east-1_Example00",
  userName: "mara",
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "example" },
  request: {
    userAttributes: { sub: "00000000-0000-4000-8000-000000000000", "custom:membership": "Premium", "custom:location": "USA" },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: ["aws.cognito.signin.user.admin"],
  },
  response: { claimsAndScopeOverrideDetails: null },
};
