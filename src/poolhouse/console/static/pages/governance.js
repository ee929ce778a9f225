// What a pool's owner asks to be watched: budgets, recording, a shadow, names, values in the audit.

import { own, ownLines } from "../api.js";
import { Area, Form, useAction } from "../parts/forms.js";
import { Card, ErrorBox, Heading, Loaded, useLoad } from "../parts/shown.js";
import { html, useState } from "../html.js";

const PARTS = [
  ["budgets", "Size budgets", "Limits for tokens: a profile by name, or limit_bytes with a measure (access, id, authorization, cookie, cookies); action is warn or fail.",
    [{ name: "access-1k", limit_bytes: 1024, measure: "access", action: "warn" }, { profile: "nginx" }]],
  ["recording", "Recording", "A share of the calls of the function is kept, sealed, for replays.",
    { rate: 1, redact: ["email", "phone_number"], retention_days: 7 }],
  ["shadow", "Shadow", "Another function that runs beside the pool's own; what it would change is recorded.",
    { function: "NAME-OR-ARN", rate: 0.1 }],
  ["naming_policy", "Naming policy", "How claims and scopes may be called: warn, drop or fail at issuance.",
    {
      at_issuance: "warn",
      unlisted: "allow",
      prefixes: { "ac.": { owner: "platform" }, "ac.appx.": { owner: "appx-team" } },
      claims: { "ac.appx.level": { description: "Membership level", type: "string", tokens: ["access"] } },
    }],
  ["audit_values", "Values in the audit", "Claims whose values the audit may show; of others it keeps a keyed hash.", ["demo:membershipLevel"]],
];

const shown = (value) => (value === undefined || value === null ? "" : JSON.stringify(value, null, 2));

function parsed(name, text) {
  if (!text.trim()) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is no JSON: ${error.message}`);
  }
}

function Part({ id, part, document, reload }) {
  const [name, title, hint, sample] = part;
  const save = async ({ text }) => {
    // What somebody else changed meanwhile in another part stays.
    const current = await own("GET", `pools/${encodeURIComponent(id)}/governance`);
    const { [name]: _, ...others } = current;
    const value = parsed(title, text);
    await own("PUT", `pools/${encodeURIComponent(id)}/governance`, value === undefined ? others : { ...others, [name]: value });
    reload();
  };
  return html`<${Card} title=${title} id=${name}><${Form} submit=${`Save ${title.toLowerCase()}`} initial=${{ text: shown(document[name]) }} onSubmit=${save} label=${title}>${(f) => html`
    <${Area} f=${f} name="text" label=${`${title}, as JSON`} hint=${hint} rows=${Math.min(16, Math.max(3, (f.values.text || "").split("\n").length))} class="code" />
    ${!f.values.text.trim() && html`<button type="button" class="small" onClick=${() => f.set("text", shown(sample))}>Insert an example</button>`}`}<//><//>`;
}

// Holds the policy to the calls that were recorded.
function Survey({ id }) {
  const [report, set] = useState();
  const [run, state] = useAction(async () => {
    for await (const line of ownLines("POST", `pools/${encodeURIComponent(id)}/naming-policy/survey`, {})) {
      if (line.report) set(line.report);
    }
  });
  return html`<${Card} title="Naming policy over recorded calls" actions=${html`<button type="button" aria-disabled=${Boolean(state.busy)} onClick=${() => run()}>Survey</button>`}>
    <p class="quiet">Which recorded answers go against the policy.</p><${ErrorBox} error=${state.error} />
    ${report && html`<pre class="json" tabindex="0" role="region" aria-label="Survey">${JSON.stringify(report, null, 2)}</pre>`}<//>`;
}

export function Governance({ id }) {
  const found = useLoad(() => own("GET", `pools/${encodeURIComponent(id)}/governance`), [id]);
  return html`<${Heading} title="Governance" lead="One document for each pool, in parts. The server checks each before it counts." />
    <${Loaded} of=${found}>${(document) => html`
      ${PARTS.map((part) => html`<${Part} key=${part[0]} id=${id} part=${part} document=${document} reload=${found.reload} />`)}
      <${Survey} id=${id} />`}<//>`;
}
