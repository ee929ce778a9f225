// Who may do what: a table of personas and actions, decided with tokens that the function shapes.

import { own } from "../api.js";
import { listFunctions } from "../functions-api.js";
import { Area, Choice, Form } from "../parts/forms.js";
import { Badge, Card, Empty, Heading, Json, Loaded, Table, useLoad } from "../parts/shown.js";
import { listClients } from "../pool-api.js";
import { html, useState } from "../html.js";

const SAMPLE = {
  personas: {
    premium: { attributes: { "custom:membership": "Premium", "custom:location": "USA" } },
    basic: { attributes: { "custom:membership": "Basic", "custom:location": "USA" } },
  },
  actions: { "read reports": { scopes: ["membership:USA.Premium"] } },
  expect: { premium: { "read reports": "allow" }, basic: { "read reports": "deny" } },
};

async function ask(id) {
  const [clients, functions] = await Promise.all([listClients(id), listFunctions()]);
  return { clients, functions };
}

function Cell({ cell }) {
  if (!cell) return "–";
  const right = cell.expected === cell.decided;
  return html`<span class=${cell.decided}>${cell.decided}</span> ${!right && html`<${Badge} kind="bad">expected ${cell.expected}<//> <span class="quiet">${cell.because}</span>`}`;
}

function Matrix({ matrix }) {
  const columns = [["Action", (action) => action], ...matrix.personas.map((persona) => [
    persona, (action) => html`<${Cell} cell=${matrix.cells.find((each) => each.persona === persona && each.action === action)} />`])];
  const unread = [...matrix.unread_claims, ...matrix.unread_scopes];
  return html`<${Card} title="Decisions" actions=${matrix.failures ? html`<${Badge} kind="bad">${matrix.failures} otherwise than expected<//>` : html`<${Badge} kind="good">all as expected<//>`}>
      <${Table} label="Decisions" rows=${matrix.actions} columns=${columns} />
      ${unread.length > 0 && html`<p>No rule reads: ${unread.map((each) => html`<code class="wrap">${each}</code> `)}</p>`}<//>
    <details class="card"><summary>Tokens of the personas</summary><${Json} value=${matrix.tokens} label="Tokens" /></details>`;
}

export function Authorization({ id }) {
  const found = useLoad(() => ask(id), [id]);
  const [matrix, set] = useState();
  const run = async ({ client, function: name, table }) =>
    set(await own("POST", `pools/${encodeURIComponent(id)}/authorization`, { client, table: JSON.parse(table), ...(name && { function: name }) }));
  return html`<${Heading} title="Authorization table" lead="Work backwards from authorization: say who may do what, and see whether the tokens say so." />
    <${Loaded} of=${found}>${({ clients, functions }) => (clients.length === 0 ? html`<${Empty} title="A table needs an app client." />` : html`
      <${Card}><${Form} submit="Decide" says="" initial=${{ client: clients[0].ClientId, function: "", table: JSON.stringify(SAMPLE, null, 2) }} onSubmit=${run} label="Authorization table">${(f) => html`<div class="row">
        <${Choice} f=${f} name="client" label="App client" options=${clients.map((each) => [each.ClientId, each.ClientName])} />
        <${Choice} f=${f} name="function" label="Function" options=${[["", "The pool's own"], ...functions.map((each) => [each.FunctionArn, each.FunctionName])]} /></div>
        <${Area} f=${f} name="table" label="Table, as JSON" required rows=${16} class="code" hint="Personas, actions with scopes or Cedar policies, and the decision expected for each." />`}<//><//>
      ${matrix && html`<${Matrix} matrix=${matrix} />`}`)}<//>`;
}
