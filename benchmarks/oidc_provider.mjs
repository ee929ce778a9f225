// A server around npm's oidc-provider, as small as its documentation allows: the peer of a benchmark.
// Arguments: the port, and "hook" to add claims by extraTokenClaims. Prints one JSON line: a refresh token.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { generateKeyPairSync } from 'node:crypto';

const require = createRequire(`${process.cwd()}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);
const [port, hook] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'bench' };
const resource = {
  scope: 'api:read openid offline_access', audience: 'api', accessTokenTTL: 3600,
  accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
};

const provider = new Provider(issuer, {
  jwks: { keys: [jwk] },
  clients: [{
    client_id: 'bench', client_secret: 'bench-secret', redirect_uris: ['https://client.example/cb'],
    grant_types: ['client_credentials', 'refresh_token', 'authorization_code'],
    response_types: ['code'], token_endpoint_auth_method: 'client_secret_basic',
  }],
  scopes: ['openid', 'offline_access', 'api:read'],
  rotateRefreshToken: false,
  ttl: { RefreshToken: 86400, Grant: 86400, AccessToken: 3600, ClientCredentials: 3600, IdToken: 3600 },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  ...(hook === 'hook' ? { extraTokenClaims: () => ({ 'demo:membershipLevel': 'Premium' }) } : {}),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true, defaultResource: () => 'urn:api', useGrantedResource: () => true,
      getResourceServerInfo: () => resource,
    },
  },
});

const grant = new provider.Grant({ accountId: 'ines', clientId: 'bench' });
grant.addOIDCScope('openid offline_access');
grant.addResourceScope('urn:api', 'api:read');
const grantId = await grant.save();
const client = await provider.Client.find('bench');
const token = new provider.RefreshToken({
  accountId: 'ines', client, grantId, scope: 'openid offline_access api:read', gty: 'authorization_code',
  resource: 'urn:api', authTime: Math.floor(Date.now() / 1000), sessionUid: 'bench', claims: {},
});
const refresh = await token.save();
provider.listen(Number(port), '127.0.0.1', () => console.log(JSON.stringify({ refresh })));
