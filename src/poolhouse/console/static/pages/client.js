// One app client: its secrets, flows, the life of its tokens, and its login pages.

import { cognito } from "../api.js";
import { Act, Area, Check, Checks, Choice, Danger, Form, Text, lines } from "../parts/forms.js";
import { Card, Copied, Facts, Heading, Loaded, Notice, Table, Time, useLoad } from "../parts/shown.js";
import { readClient, updateClient } from "../pool-api.js";
import { go, link } from "../router.js";
import { html, useState } from "../html.js";
import { FLOWS } from "./clients.js";

const UNITS = ["seconds", "minutes", "hours", "days"].map((each) => [each, each]);
const TOKENS = [["RefreshToken", "Refresh token", "days"], ["AccessToken", "Access token", "hours"], ["IdToken", "ID token", "hours"]];

function Secrets({ target }) {
  const found = useLoad(() => cognito("ListUserPoolClientSecrets", target), [target.ClientId]);
  const [made, setMade] = useState();
  const add = async () => {
    const answer = await cognito("AddUserPoolClientSecret", target);
    setMade(answer.ClientSecretDescriptor?.ClientSecretValue);
    found.reload();
  };
  const remove = (secret) => async () => {
    await cognito("DeleteUserPoolClientSecret", { ...target, ClientSecretId: secret });
    found.reload();
  };
  return html`<${Card} title="Client secrets" actions=${html`<${Act} label="Add secret" action=${add} />`}>
    ${made && html`<${Notice}>The new secret is shown this once: <${Copied} text=${made} /><//>`}
    <${Loaded} of=${found}>${({ ClientSecrets }) => html`<${Table} label="Client secrets" rows=${ClientSecrets ?? []}
      empty=${html`<p class="quiet">This client has no secret.</p>`} columns=${[
        ["Secret ID", (each) => html`<code>${each.ClientSecretId}</code>`],
        ["Created", (each) => html`<${Time} seconds=${each.ClientSecretCreateDate} />`],
        ["", (each) => html`<${Danger} label="Delete" question="Applications that use this secret will be refused." action=${remove(each.ClientSecretId)} />`],
      ]} />`}<//><//>`;
}

function Flows({ client, save }) {
  return html`<${Card} title="Authentication flows"><${Form} submit="Save flows" label="Authentication flows"
    initial=${{ flows: client.ExplicitAuthFlows ?? [], revocation: client.EnableTokenRevocation ?? false, minutes: client.AuthSessionValidity ?? 3 }}
    onSubmit=${({ flows, revocation, minutes }) => save({ ExplicitAuthFlows: flows, EnableTokenRevocation: revocation, AuthSessionValidity: Number(minutes) })}>${(f) => html`
    <${Checks} f=${f} name="flows" label="Allowed" options=${FLOWS} />
    <${Text} f=${f} name="minutes" label="Auth session validity, minutes" type="number" required />
    <${Check} f=${f} name="revocation" label="Tokens can be revoked" />`}<//><//>`;
}

function Validity({ client, save }) {
  const units = client.TokenValidityUnits ?? {};
  const initial = Object.fromEntries(TOKENS.flatMap(([name, , unit]) => [
    [name, client[`${name}Validity`] ?? ""], [`${name}Unit`, units[name] ?? unit],
  ]));
  const submit = (values) => save({
    ...Object.fromEntries(TOKENS.filter(([name]) => values[name] !== "").map(([name]) => [`${name}Validity`, Number(values[name])])),
    TokenValidityUnits: Object.fromEntries(TOKENS.map(([name]) => [name, values[`${name}Unit`]])),
  });
  return html`<${Card} title="Token validity"><${Form} submit="Save validity" initial=${initial} onSubmit=${submit} label="Token validity">${(f) => TOKENS.map(([name, label]) => html`
    <div class="row"><${Text} f=${f} name=${name} label=${label} type="number" min="0" />
    <${Choice} f=${f} name=${`${name}Unit`} label=${`${label} unit`} options=${UNITS} /></div>`)}<//><//>`;
}

function loginPage(id, client) {
  const callback = client.DefaultRedirectURI ?? client.CallbackURLs?.[0];
  const flow = client.AllowedOAuthFlows?.find((each) => each !== "client_credentials");
  if (!callback || !flow) return null;
  const query = new URLSearchParams({
    client_id: client.ClientId,
    response_type: flow === "implicit" ? "token" : "code",
    scope: (client.AllowedOAuthScopes ?? []).join(" "),
    redirect_uri: callback,
  });
  return `/${id}/login?${query}`;
}

function LoginPages({ id, client, save }) {
  const page = loginPage(id, client);
  const initial = {
    on: client.AllowedOAuthFlowsUserPoolClient ?? false,
    grants: client.AllowedOAuthFlows ?? [],
    callbacks: (client.CallbackURLs ?? []).join("\n"),
    logouts: (client.LogoutURLs ?? []).join("\n"),
    scopes: (client.AllowedOAuthScopes ?? []).join("\n"),
    providers: (client.SupportedIdentityProviders ?? []).join("\n"),
  };
  const submit = (values) => save({
    AllowedOAuthFlowsUserPoolClient: values.on,
    AllowedOAuthFlows: values.grants,
    CallbackURLs: lines(values.callbacks),
    LogoutURLs: lines(values.logouts),
    AllowedOAuthScopes: lines(values.scopes),
    SupportedIdentityProviders: lines(values.providers),
  });
  return html`<${Card} title="Login pages" actions=${page && html`<a class="button" href=${page} target="_blank" rel="noopener">View login page</a>`}>
    <${Form} submit="Save login pages" initial=${initial} onSubmit=${submit} label="Login pages">${(f) => html`
      <${Check} f=${f} name="on" label="This client may use OAuth 2.0" />
      <${Checks} f=${f} name="grants" label="Grants" options=${[["code", "Authorization code"], ["implicit", "Implicit"], ["client_credentials", "Client credentials"]]} />
      <${Area} f=${f} name="callbacks" label="Allowed callback URLs" hint="One a line." />
      <${Area} f=${f} name="logouts" label="Allowed sign-out URLs" hint="One a line." />
      <${Area} f=${f} name="scopes" label="Scopes" hint="One a line." />
      <${Area} f=${f} name="providers" label="Identity providers" hint="One a line; COGNITO is the pool itself." rows=${2} />`}<//><//>`;
}

export function Client({ id, client: clientId }) {
  const target = { UserPoolId: id, ClientId: clientId };
  const ask = () => readClient(id, clientId);
  const found = useLoad(ask, [id, clientId]);
  const save = async (changes) => {
    await updateClient(id, clientId, changes);
    found.reload();
  };
  const drop = async () => (await cognito("DeleteUserPoolClient", target), go("pools", id, "clients"));
  return html`<${Loaded} of=${found} what="Loading the app client" title=${clientId}>${(client) => html`
    <${Heading} title=${client.ClientName} back=${{ href: link("pools", id, "clients"), label: "App clients" }}>
      <a class="button" href=${`${link("pools", id, "preview")}?client=${client.ClientId}`}>Preview tokens</a>
      <${Danger} label="Delete app client" question=${`Delete ${client.ClientName}? Applications that use it are refused from then on.`} action=${drop} /><//>
    <${Card} title="App client"><${Facts} entries=${[
      ["Client ID", html`<${Copied} text=${client.ClientId} />`],
      ["Client secret", client.ClientSecret && html`<details><summary>Show</summary><${Copied} text=${client.ClientSecret} /></details>`],
      ["Created", html`<${Time} seconds=${client.CreationDate} />`],
    ]} /><//>
    <${LoginPages} id=${id} client=${client} save=${save} />
    <${Flows} client=${client} save=${save} />
    <${Validity} client=${client} save=${save} />
    <${Secrets} target=${target} />`}<//>`;
}
