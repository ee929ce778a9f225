// A preview, told: verdict, wishes with their rules, budgets, both tokens as a difference, bytes.

import { Badge, Card, Json, Notice, Table } from "../parts/shown.js";
import { html } from "../html.js";
import { Budgets, ClaimBytes } from "./preview-sizes.js";
import { TokenDifference } from "./preview-tokens.js";

const KINDS = { applied: "good", replaced: "good", "no effect": "plain", ignored: "warn" };
const VERBS = { add: "add", override: "set", suppress: "suppress" };

function Verdict({ preview }) {
  const { error, function: ran, changes } = preview;
  const ignored = changes.filter((each) => each.outcome === "ignored").length;
  if (error) {
    return html`<${Notice} kind="bad"><p><strong>No token would be issued: ${error.type}</strong></p>
      <p>${error.message}</p>${error.detail && html`<p class="quiet">${error.detail}</p>`}<//>`;
  }
  const wished = `${changes.length} ${changes.length === 1 ? "change" : "changes"} asked for`;
  return html`<${Notice} kind=${ignored ? "warn" : "good"}><p><strong>Tokens would be issued.</strong>
    ${ran ? ` ${wished}${ignored ? `, ${ignored} of them ignored without a word to the caller.` : "."}` : " No function runs for them."}</p><//>`;
}

function Ran({ preview }) {
  const { function: ran, event } = preview;
  if (!ran) return null;
  return html`<p class="quiet"><code class="wrap">${ran.arn}</code>${ran.version && ` version ${ran.version}`} · event version ${event?.version} · ran
    ${" "}${ran.run_ms.toFixed(1)} ms after a wait of ${ran.waited_ms.toFixed(1)} ms${ran.cold_start && ", a cold start"}</p>`;
}

const COLUMNS = [
  ["Outcome", (each) => html`<${Badge} kind=${KINDS[each.outcome]}>${each.outcome}<//>`],
  ["Asked for", (each) => html`${VERBS[each.action]} ${each.kind} <code class="wrap asked">${JSON.stringify(each.name).slice(1, -1)}</code>`],
  ["Token", (each) => each.token],
  ["Rule", (each) => html`<span class="says">${each.says}</span> <span class="quiet">${each.rule} · ${each.known}</span>`],
];

function Violations({ violations }) {
  if (!violations.length) return null;
  return html`<${Card} title="Against the naming policy"><ul class="plain">${violations.map((each) => html`
    <li><${Badge} kind="bad">${each.rule}<//> ${each.token} token, ${each.kind} <code class="wrap">${each.name}</code>: ${each.sentence}</li>`)}</ul><//>`;
}

function answerOf(preview) {
  try {
    return JSON.parse(preview.answer);
  } catch {
    return preview.answer;
  }
}

export function PreviewResult({ preview, profiles, document }) {
  return html`
    <${Verdict} preview=${preview} />
    <${Ran} preview=${preview} />
    ${preview.changes.length > 0 && html`<${Card} title="What became of each change"><${Table} label="Changes" columns=${COLUMNS} rows=${preview.changes} /><//>`}
    <${Violations} violations=${preview.violations} />
    ${preview.after && html`
      <${Budgets} preview=${preview} profiles=${profiles} document=${document} />
      <${TokenDifference} name="Access token" before=${preview.before.access} after=${preview.after.access} size=${preview.sizes.access} was=${preview.sizes_before.access} />
      <${TokenDifference} name="ID token" before=${preview.before.id} after=${preview.after.id} size=${preview.sizes.id} was=${preview.sizes_before.id} />
      <${ClaimBytes} sizes=${preview.sizes} />`}
    ${preview.event && html`<details class="card"><summary>Event and answer</summary>
      <div class="columns"><div><p class="label">Event sent</p><${Json} value=${preview.event} label="Event sent" /></div>
      <div><p class="label">Answer</p><${Json} value=${answerOf(preview) ?? "(none)"} label="Answer" /></div></div></details>`}`;
}
