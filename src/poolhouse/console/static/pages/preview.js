// What a function does to a token: asked before anything is issued, and explained.

import { cognito, own } from "../api.js";
import { listFunctions } from "../functions-api.js";
import { Area, Choice, Form, Text, lines, pairs } from "../parts/forms.js";
import { Card, Empty, Heading, Loaded, useLoad } from "../parts/shown.js";
import { listClients, readPool } from "../pool-api.js";
import { link, place } from "../router.js";
import { html, useMemo, useRef, useState } from "../html.js";
import { PreviewResult } from "./preview-result.js";

const SOURCES = [
  ["Authentication", "Sign-in by the API"],
  ["HostedAuth", "Sign-in on the pages (OAuth)"],
  ["RefreshTokens", "Refresh"],
  ["NewPasswordChallenge", "New password"],
  ["AuthenticateDevice", "Device"],
  ["ClientCredentials", "A machine: client credentials"],
];

async function ask(id) {
  const [pool, clients, functions, users, profiles, document] = await Promise.all([
    readPool(id),
    listClients(id),
    listFunctions(),
    cognito("ListUsers", { UserPoolId: id, Limit: 60 }),
    own("GET", "budget-profiles"),
    own("GET", `pools/${encodeURIComponent(id)}/governance`),
  ]);
  return { pool, clients, functions, users: users.Users ?? [], profiles: profiles.profiles, document };
}

function request(id, values) {
  const machine = values.source === "ClientCredentials";
  const scopes = lines(values.scopes.replaceAll(" ", "\n"));
  const groups = lines(values.groups);
  const metadata = pairs(values.metadata);
  return {
    pool: id,
    client: values.client,
    source: values.source,
    ...(!machine && values.who === "real" && { user: values.user }),
    ...(!machine && values.who === "made-up" && { attributes: pairs(values.attributes) }),
    ...(!machine && groups.length && { groups }),
    ...(scopes.length && { scopes }),
    ...(Object.keys(metadata).length && { metadata }),
    ...(values.function && { function: values.function }),
    ...(values.version && { version: values.version }),
  };
}

function Fields({ f, users, clients, functions }) {
  const machine = f.values.source === "ClientCredentials";
  return html`
    <div class="row"><${Choice} f=${f} name="client" label="App client" options=${clients.map((each) => [each.ClientId, `${each.ClientName} (${each.ClientId})`])} />
    <${Choice} f=${f} name="source" label="How" options=${SOURCES} /></div>
    ${!machine && html`<div class="row"><${Choice} f=${f} name="who" label="Who" options=${[["real", "A user of the pool"], ["made-up", "Somebody made up"]]} />
      ${f.values.who === "real" && html`<${Text} f=${f} name="user" label="User name" required list=${users.map((each) => each.Username)} />`}</div>
      ${f.values.who === "made-up" && html`<${Area} f=${f} name="attributes" label="Attributes" required rows=${3} hint="One a line, NAME=VALUE." />`}`}
    <details class="more"><summary>Function, scopes, groups, metadata</summary>
      <div class="row"><${Choice} f=${f} name="function" label="Function" options=${[["", "The pool's own"], ...functions.map((each) => [each.FunctionArn, each.FunctionName])]} />
      <${Choice} f=${f} name="version" label="Event version" options=${[["", "The pool's own"], ["V1_0", "V1_0"], ["V2_0", "V2_0"], ["V3_0", "V3_0"]]} /></div>
      <${Text} f=${f} name="scopes" label="Scopes granted" hint="Separated by blanks." />
      ${!machine && html`<${Area} f=${f} name="groups" label="Groups, in place of the user's" rows=${2} hint="One a line." />`}
      <${Area} f=${f} name="metadata" label="Client metadata" rows=${2} hint="One a line, NAME=VALUE." />
    </details>`;
}

export function Preview({ id }) {
  const found = useLoad(() => ask(id), [id]);
  const query = useMemo(() => place().query, []);
  const [result, set] = useState();
  const shown = useRef();
  const lead = "Both tokens before and after the function, and what became of each change it asked for. Nothing is issued; the function does run.";
  return html`<${Heading} title="Preview" lead=${lead} />
    <${Loaded} of=${found}>${(data) => {
      if (!data.clients.length) return html`<${Empty} title="A preview needs an app client."><p><a class="button primary" href=${link("pools", id, "clients", "create")}>Create an app client</a></p><//>`;
      const first = query.get("user") ?? data.users[0]?.Username ?? "";
      const initial = {
        client: query.get("client") ?? data.clients[0].ClientId, source: "Authentication", who: first ? "real" : "made-up", user: first,
        attributes: "custom:membership=Premium\ncustom:location=USA", groups: "", scopes: "", metadata: "", function: "", version: "",
      };
      const run = async (values) => {
        set(await own("POST", "preview", request(id, values)));
        requestAnimationFrame(() => shown.current?.focus());
      };
      return html`<${Card}><${Form} submit="Preview" says="" initial=${initial} onSubmit=${run} label="Preview">${(f) => html`<${Fields} f=${f} ...${data} />`}<//><//>
        <div ref=${shown} tabindex="-1" class="result" aria-label="Result of the preview" role="region">
          ${result && html`<${PreviewResult} preview=${result} profiles=${data.profiles} document=${data.document} />`}</div>`;
    }}<//>`;
}
