// Pre token generation, event version V2_0: puts the member's level into the access token.
export const handler = function (event, context) {
  const attributes = event.request.userAttributes;
  const level = attributes["custom:membership"];
  const place = attributes["custom:location"];

  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: {
        claimsToAddOrOverride: { "demo:membershipLevel": level },
        scopesToAdd: [`membership:${place}.${level}`],
      },
    },
  };
  console.log(`${event.userName} is a ${level} member in ${place}`);
  context.done(null, event);
};
