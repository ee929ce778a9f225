// How large tokens are: against the pool's budgets, against what tokens pass through, by claim.

import { Badge, Card } from "../parts/shown.js";
import { html } from "../html.js";

const bytes = (count) => count.toLocaleString("en-US");

const MEASURES = {
  access: ["access token", (sizes) => sizes.access.token_bytes],
  id: ["ID token", (sizes) => sizes.id?.token_bytes ?? 0],
  authorization: ["Authorization header", (sizes) => sizes.authorization_bytes],
  cookie: ["largest cookie", (sizes) => sizes.largest_cookie_bytes],
  cookies: ["all cookies", (sizes) => sizes.cookies_bytes],
};

// A bar of a length that is said beside it, so that nobody has to see it.
function Bar({ share, over }) {
  const width = Math.min(100, Math.max(0.5, share * 100));
  return html`<svg class=${`bar ${over ? "over" : ""}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="6" /><rect class="fill" width=${width} height="6" /></svg>`;
}

function Budget({ name, limit, measure, sizes, action, source }) {
  const [what, size] = MEASURES[measure];
  const used = size(sizes);
  const over = used > limit;
  return html`<li class=${over ? "over" : ""}><div class="line"><span><strong>${name}</strong> <span class="quiet">${what}${action && `, ${action}`}</span></span>
      <span>${over ? html`<${Badge} kind="bad">over budget by ${bytes(used - limit)}<//>` : html`<${Badge} kind="good">within<//>`} ${bytes(used)} of ${bytes(limit)} bytes</span></div>
    <${Bar} share=${used / limit} over=${over} />${source && html`<p class="quiet">${source}</p>`}</li>`;
}

export function Budgets({ preview, profiles, document }) {
  const found = new Map(preview.over_budget.map((each) => [each.budget, each]));
  const own = (document.budgets ?? []).map((each) => {
    const profile = profiles[each.profile];
    const measure = each.measure ?? profile?.measure ?? "access";
    const limit = each.limit_bytes ?? profile?.limit_bytes;
    return { name: each.name ?? each.profile ?? `${measure}-${limit}`, limit, measure, action: each.action ?? "warn" };
  });
  const named = new Set(own.map((each) => each.name));
  const rest = [...found.values()].filter((each) => !named.has(each.budget));
  const all = [...own, ...rest.map((each) => ({ name: each.budget, limit: each.limit_bytes, measure: each.measure, action: each.action }))];
  const known = Object.entries(profiles);
  return html`<${Card} title="Size budgets">
    ${all.length > 0 ? html`<ul class="budgets">${all.map((each) => html`<${Budget} ...${each} sizes=${preview.sizes} />`)}</ul>`
      : html`<p class="quiet">This pool has no budgets of its own; they are set under Governance.</p>`}
    <details><summary>What tokens commonly pass through</summary><ul class="budgets">${known.map(([name, each]) => html`
      <${Budget} name=${name} limit=${each.limit_bytes} measure=${each.measure} source=${each.source} sizes=${preview.sizes} />`)}</ul></details><//>`;
}

function Claims({ title, size }) {
  const entries = Object.entries(size.claim_bytes).sort(([, a], [, b]) => b - a);
  const largest = entries[0]?.[1] ?? 1;
  return html`<div><p class="label">${title}</p><ul class="budgets">${entries.map(([name, count]) => html`
    <li><div class="line"><code class="wrap">${name}</code><span>${bytes(count)}</span></div><${Bar} share=${count / largest} /></li>`)}</ul></div>`;
}

export function ClaimBytes({ sizes }) {
  return html`<${Card} title="Bytes of each claim, as encoded"><div class="columns">
    <${Claims} title="Access token" size=${sizes.access} />
    ${sizes.id && html`<${Claims} title="ID token" size=${sizes.id} />`}</div><//>`;
}
