// Social and external providers that users may come from.

import { cognito, cognitoAll } from "../api.js";
import { Area, Choice, Danger, Form, Text, pairs } from "../parts/forms.js";
import { Card, Empty, Heading, Json, Loaded, useLoad } from "../parts/shown.js";
import { html } from "../html.js";

const TYPES = {
  OIDC: "client_id=\nclient_secret=\noidc_issuer=\nattributes_request_method=GET\nauthorize_scopes=openid email",
  SAML: "MetadataURL=",
  Google: "client_id=\nclient_secret=\nauthorize_scopes=openid email profile",
  Facebook: "client_id=\nclient_secret=\nauthorize_scopes=public_profile,email\napi_version=v17.0",
  LoginWithAmazon: "client_id=\nclient_secret=\nauthorize_scopes=profile",
  SignInWithApple: "client_id=\nteam_id=\nkey_id=\nprivate_key=\nauthorize_scopes=email name",
};

async function ask(id) {
  const list = await cognitoAll("ListIdentityProviders", { UserPoolId: id, MaxResults: 60 }, "Providers");
  const found = await Promise.all(list.map((each) => cognito("DescribeIdentityProvider", { UserPoolId: id, ProviderName: each.ProviderName })));
  return found.map((each) => each.IdentityProvider);
}

// A secret is for the server, not for whoever looks over a shoulder.
const hidden = (details) =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, /secret|private_key/.test(name) ? "••••••" : value]));

export function Providers({ id }) {
  const found = useLoad(() => ask(id), [id]);
  const create = async ({ type, name, details, mapping }) => {
    await cognito("CreateIdentityProvider", {
      UserPoolId: id,
      ProviderName: type === "OIDC" || type === "SAML" ? name : type,
      ProviderType: type,
      ProviderDetails: pairs(details),
      AttributeMapping: pairs(mapping),
    });
    found.reload();
  };
  const drop = (ProviderName) => async () => (await cognito("DeleteIdentityProvider", { UserPoolId: id, ProviderName }), found.reload());
  return html`<${Heading} title="Social and external providers" />
    <${Loaded} of=${found}>${(providers) => html`
      ${providers.length === 0 && html`<${Empty} title="No providers yet." />`}
      ${providers.map((each) => html`<${Card} key=${each.ProviderName} title=${each.ProviderName} actions=${html`<${Danger} label="Delete" question=${`Delete ${each.ProviderName}?`} action=${drop(each.ProviderName)} />`}>
        <p class="quiet">${each.ProviderType}</p><${Json} value=${{ details: hidden(each.ProviderDetails ?? {}), mapping: each.AttributeMapping }} label=${`Settings of ${each.ProviderName}`} /><//>`)}
      <${Card} title="Add provider"><${Form} key=${providers.length} submit="Add provider" initial=${{ type: "OIDC", name: "", details: TYPES.OIDC, mapping: "email=email" }} onSubmit=${create} label="Add provider">${(f) => html`
        <${Choice} f=${f} name="type" label="Type" options=${Object.keys(TYPES).map((each) => [each, each])} onChange=${(type) => f.set("details", TYPES[type])} />
        ${["OIDC", "SAML"].includes(f.values.type) && html`<${Text} f=${f} name="name" label="Provider name" required />`}
        <${Area} f=${f} name="details" label="Provider details" required rows=${6} hint="One a line, NAME=VALUE." />
        <${Area} f=${f} name="mapping" label="Attribute mapping" hint="One a line, USER-POOL-ATTRIBUTE=PROVIDER-ATTRIBUTE." />`}<//><//>`}<//>`;
}
