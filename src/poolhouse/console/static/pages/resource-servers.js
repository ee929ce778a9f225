// Resource servers: the custom scopes that app clients may ask for.

import { cognito, cognitoAll } from "../api.js";
import { Area, Danger, Form, Text, lines, pairs } from "../parts/forms.js";
import { Card, Empty, Heading, Loaded, useLoad } from "../parts/shown.js";
import { html } from "../html.js";

const SCOPES = "One a line, NAME=DESCRIPTION.";

const scopes = (text) => {
  const described = pairs(lines(text).map((line) => (line.includes("=") ? line : `${line}=${line}`)).join("\n"));
  return Object.entries(described).map(([ScopeName, ScopeDescription]) => ({ ScopeName, ScopeDescription }));
};
const asText = (list) => (list ?? []).map((each) => `${each.ScopeName}=${each.ScopeDescription}`).join("\n");

function Server({ id, server, reload }) {
  const target = { UserPoolId: id, Identifier: server.Identifier };
  const save = async ({ name, text }) => {
    await cognito("UpdateResourceServer", { ...target, Name: name, Scopes: scopes(text) });
    reload();
  };
  const drop = async () => (await cognito("DeleteResourceServer", target), reload());
  return html`<${Card} title=${server.Identifier} actions=${html`<${Danger} label="Delete" question=${`Delete ${server.Identifier} and its scopes?`} action=${drop} />`}>
    <${Form} initial=${{ name: server.Name, text: asText(server.Scopes) }} onSubmit=${save} submit="Save scopes" label=${server.Identifier}>${(f) => html`
      <${Text} f=${f} name="name" label="Name" required /><${Area} f=${f} name="text" label="Scopes" hint=${SCOPES} />`}<//><//>`;
}

export function ResourceServers({ id }) {
  const found = useLoad(() => cognitoAll("ListResourceServers", { UserPoolId: id, MaxResults: 50 }, "ResourceServers"), [id]);
  const create = async ({ identifier, name, text }) => {
    await cognito("CreateResourceServer", { UserPoolId: id, Identifier: identifier, Name: name || identifier, Scopes: scopes(text) });
    found.reload();
  };
  return html`<${Heading} title="Resource servers" lead="An API and the scopes that tokens may carry for it." />
    <${Loaded} of=${found}>${(servers) => html`
      ${servers.length === 0 && html`<${Empty} title="No resource servers yet." />`}
      ${servers.map((server) => html`<${Server} key=${server.Identifier} id=${id} server=${server} reload=${found.reload} />`)}
      <${Card} title="Create resource server"><${Form} key=${servers.length} submit="Create resource server" initial=${{ identifier: "", name: "", text: "" }} onSubmit=${create} label="Create resource server">${(f) => html`
        <${Text} f=${f} name="identifier" label="Identifier" required /><${Text} f=${f} name="name" label="Name" />
        <${Area} f=${f} name="text" label="Scopes" hint=${SCOPES} />`}<//><//>`}<//>`;
}
