// App clients: what applications sign in with.

import { cognito } from "../api.js";
import { Area, Check, Checks, Choice, Form, Text, lines } from "../parts/forms.js";
import { Empty, Heading, Loaded, Table, useLoad } from "../parts/shown.js";
import { listClients } from "../pool-api.js";
import { go, link } from "../router.js";
import { html } from "../html.js";

export const FLOWS = [
  ["ALLOW_USER_PASSWORD_AUTH", "User name and password"],
  ["ALLOW_USER_SRP_AUTH", "Secure remote password (SRP)"],
  ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "Password, by an administrator"],
  ["ALLOW_USER_AUTH", "Choice-based sign-in"],
  ["ALLOW_CUSTOM_AUTH", "Custom authentication by functions"],
  ["ALLOW_REFRESH_TOKEN_AUTH", "Refresh tokens"],
];
const CUSTOMARY = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

const KINDS = [
  ["public", "In a browser or on a device: no secret, code grant"],
  ["confidential", "On a server: a secret, code grant"],
  ["machine", "Machine to machine: a secret, client credentials grant"],
  ["api", "By the API alone: no pages"],
];

function grants({ kind, callbacks, scopes }) {
  if (kind === "api") return {};
  if (kind === "machine") {
    return {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthScopes: lines(scopes),
    };
  }
  return {
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "profile", ...lines(scopes)],
    CallbackURLs: lines(callbacks),
    SupportedIdentityProviders: ["COGNITO"],
  };
}

export function CreateClient({ id }) {
  const create = async (values) => {
    const { UserPoolClient } = await cognito("CreateUserPoolClient", {
      UserPoolId: id,
      ClientName: values.name,
      GenerateSecret: values.kind === "confidential" || values.kind === "machine",
      ExplicitAuthFlows: values.flows,
      PreventUserExistenceErrors: values.silent ? "ENABLED" : "LEGACY",
      ...grants(values),
    });
    go("pools", id, "clients", "of", UserPoolClient.ClientId);
  };
  const back = { href: link("pools", id, "clients"), label: "App clients" };
  const initial = { name: "", kind: "api", flows: CUSTOMARY, callbacks: "", scopes: "", silent: true };
  return html`<${Heading} title="Create app client" back=${back} />
    <div class="card"><${Form} submit="Create app client" initial=${initial} onSubmit=${create} cancel=${back.href} label="Create app client">${(f) => html`
      <${Text} f=${f} name="name" label="App client name" required />
      <${Choice} f=${f} name="kind" label="Where the application runs" options=${KINDS} />
      ${["public", "confidential"].includes(f.values.kind) && html`
        <${Area} f=${f} name="callbacks" label="Allowed callback URLs" required hint="One a line: where people come back to after signing in." />`}
      ${f.values.kind !== "api" && html`
        <${Area} f=${f} name="scopes" label="Custom scopes" required=${f.values.kind === "machine"} hint="One a line: RESOURCE_SERVER/SCOPE." />`}
      <${Checks} f=${f} name="flows" label="Authentication flows" options=${FLOWS} />
      <${Check} f=${f} name="silent" label="Do not tell strangers which users exist" />`}
    <//></div>`;
}

export function Clients({ id }) {
  const found = useLoad(() => listClients(id), [id]);
  const create = link("pools", id, "clients", "create");
  const empty = html`<${Empty} title="No app clients yet."><p><a class="button primary" href=${create}>Create an app client</a></p><//>`;
  return html`<${Heading} title="App clients"><a class="button primary" href=${create}>Create app client</a><//>
    <${Loaded} of=${found}>${(clients) => html`<${Table} label="App clients" rows=${clients} keyOf=${(client) => client.ClientId} empty=${empty} columns=${[
      ["Name", (client) => html`<a href=${link("pools", id, "clients", "of", client.ClientId)}>${client.ClientName}</a>`],
      ["Client ID", (client) => html`<code>${client.ClientId}</code>`],
    ]} />`}<//>`;
}
