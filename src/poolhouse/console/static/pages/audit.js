// Which tokens were issued, by which code, with which changes; and whether anybody edited that.

import { own } from "../api.js";
import { Choice, Form, Text, useAction } from "../parts/forms.js";
import { Badge, Card, Empty, ErrorBox, Heading, Json, Loaded, Notice, Table, Time, useLoad } from "../parts/shown.js";
import { html, useState } from "../html.js";

const OUTCOMES = [["", "whatever became of it"], ["applied", "applied"], ["replaced", "replaced"], ["no effect", "no effect"], ["ignored", "ignored"]];
const KINDS = [["", "any"], ["issued", "issued"], ["refused", "refused"], ["preview", "preview"], ["governance", "governance"], ["replay", "replay"]];

function Verify({ path }) {
  const [found, set] = useState();
  const [run, state] = useAction(async () => set(await own("POST", `${path}/audit/verify`, {})));
  const said = found && `${found.records} records in ${found.blocks} blocks and ${found.chains} chains`;
  return html`<${Card} title="Is the trail as it was written?" actions=${html`<button type="button" aria-disabled=${Boolean(state.busy)} onClick=${() => run()}>Verify</button>`}>
    <p class="quiet">Every record is compared with its hash, and every hash with the one before.</p>
    <${ErrorBox} error=${state.error} />
    ${found && (found.faults.length === 0 ? html`<${Notice} kind="good">${said}: all as written.<//>`
      : html`<${Notice} kind="bad"><p><strong>${found.faults.length} faults in ${said}.</strong></p>${found.faults.map((each) => html`<p>Chain ${each.chain}, block ${each.block}: ${each.says}</p>`)}<//>`)}<//>`;
}

function changes(record) {
  const list = record.changes ?? [];
  const ignored = list.filter((each) => each.outcome === "ignored").length;
  if (!list.length) return record.error ? record.error.type : "–";
  return html`${list.length} ${ignored > 0 && html`<${Badge} kind="warn">${ignored} ignored<//>`}`;
}

function Detail({ record }) {
  return html`<details><summary>Record</summary><${Json} value=${record} label="Record" /></details>`;
}

const COLUMNS = [
  ["When", (each) => html`<${Time} ms=${each.at_ms} />`],
  ["What", (each) => html`${each.kind} <span class="quiet">${each.source ?? ""}</span>`],
  ["Function", (each) => (each.function?.arn ? `${each.function.arn.split(":function:")[1] ?? each.function.arn}${each.function.version ? ` (${each.function.version})` : ""}` : "–")],
  ["Changes", changes],
  ["", (each) => html`<${Detail} record=${each} />`],
];

export function Audit({ id }) {
  const path = `pools/${encodeURIComponent(id)}`;
  const [query, set] = useState({});
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  const found = useLoad(() => own("GET", `${path}/audit?limit=100${asked && `&${asked}`}`), [id, asked]);
  const initial = { claim: "", outcome: "", user: "", function: "", kind: "", since: "" };
  return html`<${Heading} title="Audit" lead="One record for every issuance. Values are kept as keyed hashes unless Governance allows a claim." />
    <div class="card filter"><${Form} submit="Search" says="" initial=${initial} onSubmit=${async (values) => set(values)} label="Search the audit">${(f) => html`
      <div class="row"><${Text} f=${f} name="claim" label="Claim or scope" /><${Choice} f=${f} name="outcome" label="Outcome" options=${OUTCOMES} />
      <${Text} f=${f} name="user" label="User name" /><${Text} f=${f} name="function" label="Function" />
      <${Choice} f=${f} name="kind" label="Kind" options=${KINDS} /><${Text} f=${f} name="since" label="Since" placeholder="24h" /></div>`}<//></div>
    <${Loaded} of=${found}>${({ records, more }) => html`
      <${Table} label="Audit records" rows=${records} columns=${COLUMNS} empty=${html`<${Empty} title="No record matches." />`} />
      ${more && html`<p class="quiet">These are the newest 100; narrow the search for others.</p>`}`}<//>
    <${Verify} path=${path} />`;
}
