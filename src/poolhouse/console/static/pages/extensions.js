// User pool properties, Lambda triggers: which functions a pool calls, and when.

import { Danger } from "../parts/forms.js";
import { Card, Empty, Heading, Loaded, Table, useLoad } from "../parts/shown.js";
import { readPool, updatePool } from "../pool-api.js";
import { link } from "../router.js";
import { LABELS, VERSIONS, attached, withTrigger } from "../triggers.js";
import { html } from "../html.js";

const versionLabel = (version) => VERSIONS.find(([each]) => each === version)?.[1];

function FunctionLink({ arn }) {
  const [, , , , , , name, qualifier] = arn.split(":");
  if (!name) return html`<code>${arn}</code>`;
  return html`<a href=${link("functions", "of", name)}>${qualifier ? `${name}:${qualifier}` : name}</a>`;
}

export function Extensions({ id }) {
  const found = useLoad(() => readPool(id), [id]);
  const add = link("pools", id, "extensions", "add");
  const remove = (trigger) => async () => {
    await updatePool(id, (pool) => ({ LambdaConfig: withTrigger(pool.LambdaConfig ?? {}, trigger, null) }));
    found.reload();
  };
  const button = html`<a class="button primary" href=${add}>Add Lambda trigger</a>`;
  return html`<${Heading} title="Extensions" lead="User pool properties: the functions that this pool calls." />
    <${Card} title="Lambda triggers" actions=${button}><${Loaded} of=${found}>${(pool) => html`
      <${Table} label="Lambda triggers" rows=${attached(pool.LambdaConfig)} keyOf=${([trigger]) => trigger}
        empty=${html`<${Empty} title="No function is called yet."><p>A pre token generation trigger decides what tokens say.</p><//>`} columns=${[
          ["Trigger", ([trigger]) => LABELS[trigger]],
          ["Event version", ([trigger, , version]) => (trigger === "PreTokenGeneration" ? html`${version} <span class="quiet">${versionLabel(version)}</span>` : version || "–")],
          ["Function", ([, arn]) => html`<${FunctionLink} arn=${arn} />`],
          ["", ([trigger]) => html`<div class="actions">${trigger === "PreTokenGeneration" && html`<a class="button small" href=${link("pools", id, "preview")}>Preview</a>`}
            <${Danger} label="Remove" question=${`Stop calling the function of the ${LABELS[trigger].toLowerCase()}?`} action=${remove(trigger)} /></div>`],
        ]} />`}<//><//>`;
}
