// A token before and after, claim by claim.

import { Card } from "../parts/shown.js";
import { html } from "../html.js";

// Different in every token, whatever a function does.
const OF_THE_ISSUANCE = ["jti", "iat", "exp", "auth_time", "event_id", "origin_jti"];

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const bytes = (count) => count.toLocaleString("en-US");

function Line({ sign, name, value }) {
  const kind = { "+": "added", "-": "removed" }[sign] ?? "kept";
  const said = { "+": "after", "-": "before" }[sign] ?? "unchanged";
  return html`<tr class=${kind}><td class="sign"><span aria-hidden="true">${sign}</span><span class="unseen">${said}</span></td>
    <th scope="row"><code>${name}</code></th><td><code class="wrap">${JSON.stringify(value)}</code></td></tr>`;
}

function rows(before, after) {
  const names = [...Object.keys(after), ...Object.keys(before).filter((name) => !(name in after))];
  return names.flatMap((name) => {
    if (OF_THE_ISSUANCE.includes(name) || (name in before && name in after && same(before[name], after[name]))) {
      return [html`<${Line} sign=" " name=${name} value=${after[name]} />`];
    }
    const lines = [];
    if (name in before) lines.push(html`<${Line} sign="-" name=${name} value=${before[name]} />`);
    if (name in after) lines.push(html`<${Line} sign="+" name=${name} value=${after[name]} />`);
    return lines;
  });
}

export function TokenDifference({ name, before, after, size, was }) {
  if (!after) return html`<${Card} title=${name}><p class="quiet">None is issued.</p><//>`;
  const grown = was ? size.token_bytes - was.token_bytes : 0;
  const change = grown === 0 ? "as before" : `${grown > 0 ? "+" : "−"}${bytes(Math.abs(grown))}`;
  return html`<${Card} title=${name} actions=${html`<span class="quiet">${bytes(size.token_bytes)} bytes, ${change}</span>`}>
    <div class="scroll" role="region" aria-label=${`${name}, before and after`} tabindex="0"><table class="difference">
      <thead class="unseen"><tr><th scope="col">When</th><th scope="col">Claim</th><th scope="col">Value</th></tr></thead>
      <tbody>${rows(before ?? {}, after)}</tbody></table></div><//>`;
}
