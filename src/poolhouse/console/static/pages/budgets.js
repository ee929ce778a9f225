// Who is over a size budget: every user's tokens, measured without being issued.

import { listFunctions } from "../functions-api.js";
import { Choice, Form } from "../parts/forms.js";
import { Progress, useReport } from "../parts/progress.js";
import { Badge, Card, Empty, Facts, Heading, Loaded, Table, useLoad } from "../parts/shown.js";
import { listClients } from "../pool-api.js";
import { html } from "../html.js";

async function ask(id) {
  const [clients, functions] = await Promise.all([listClients(id), listFunctions()]);
  return { clients, functions };
}

const told = (value) => (value && typeof value === "object" ? Object.entries(value).map(([name, each]) => `${name} ${each}`).join(" · ") : String(value));

function Report({ report }) {
  return html`<${Card} title=${`${report.users} users measured`}>
      <${Table} label="Budgets" rows=${report.budgets} columns=${[
        ["Budget", (each) => html`${each.budget} <span class="quiet">${each.measure}, ${each.limit_bytes} bytes</span>`],
        ["Over", (each) => (each.over ? html`<${Badge} kind="bad">${each.over}<//>` : "0")],
        ["At risk", (each) => (each.at_risk ? html`<${Badge} kind="warn">${each.at_risk}<//>` : "0")],
        ["Bytes", (each) => told(each.size_bytes)],
      ]} />
      ${Object.keys(report.failures).length > 0 && html`<${Facts} entries=${Object.entries(report.failures)} />`}<//>
    <${Card} title="Mean bytes of claims"><div class="columns">${Object.entries(report.claims).map(([token, claims]) => html`<div><p class="label">${token} token</p>
      <${Table} label=${`Claims of the ${token} token`} rows=${Object.entries(claims)} columns=${[["Claim", ([name]) => html`<code class="wrap">${name}</code>`], ["Bytes", ([, mean]) => mean]]} /></div>`)}</div><//>`;
}

export function Budgets({ id }) {
  const found = useLoad(() => ask(id), [id]);
  const report = useReport();
  const run = ({ client, function: name }) =>
    report.start(`pools/${encodeURIComponent(id)}/budget-report`, { client, ...(name && { function: name }) });
  return html`<${Heading} title="Size report" lead="Every user's tokens, measured against budgets without being issued." />
    <${Loaded} of=${found}>${({ clients, functions }) => (clients.length === 0 ? html`<${Empty} title="A report needs an app client." />` : html`
      <${Card}><${Form} submit="Measure" says="" initial=${{ client: clients[0].ClientId, function: "" }} onSubmit=${run} label="Size report">${(f) => html`<div class="row">
        <${Choice} f=${f} name="client" label="App client" options=${clients.map((each) => [each.ClientId, each.ClientName])} />
        <${Choice} f=${f} name="function" label="Function" options=${[["", "The pool's own"], ...functions.map((each) => [each.FunctionArn, each.FunctionName])]} /></div>`}<//>
        <${Progress} report=${report} what="Measuring users" /><//>
      ${report.report && html`<${Report} report=${report.report} />`}`)}<//>`;
}
