// aws-jwt-verify: a resource server's look at an access token, by issuer and key set.
import { JwtVerifier } from "aws-jwt-verify";
import { answer, given, refusal } from "./given.mjs";

const issuer = `${given.url}/${given.pool}`;
const verifier = JwtVerifier.create({
  issuer,
  audience: null,
  jwksUri: `${issuer}/.well-known/jwks.json`,
  customJwtCheck: ({ payload }) => {
    if (payload.client_id !== given.client) throw new Error("another client's token");
  },
});
verifier.cacheJwks(await (await fetch(`${issuer}/.well-known/jwks.json`)).json());
const payload = await verifier.verify(given.token);
const [head, body] = given.token.split(".");
const forged = await refusal(() => verifier.verify(`${head}.${body}.${"A".repeat(342)}`));
answer({ payload, forged: forged.kind });
