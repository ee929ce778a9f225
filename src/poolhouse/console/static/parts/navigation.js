// Where one can go: the groups of the AWS console, and what only this server has.

import { link } from "../router.js";
import { IS_DEVELOPMENT } from "../server.js";
import { html } from "../html.js";

const OF_POOL = [
  ["", [["", "Overview"]]],
  ["Applications", [["clients", "App clients"]]],
  ["User management", [["users", "Users"], ["groups", "Groups"]]],
  ["Authentication", [
    ["authentication-methods", "Authentication methods"],
    ["sign-up", "Sign-up"],
    ["providers", "Social and external providers"],
    ["extensions", "Extensions"],
  ]],
  ["Security", [["threat-protection", "Threat protection"]]],
  ["Branding", [["message-templates", "Message templates"], ["domain", "Domain"], ["resource-servers", "Resource servers"]]],
  ["Tokens", [
    ["preview", "Preview"],
    ["recordings", "Recordings and replay"],
    ["audit", "Audit"],
    ["governance", "Governance"],
    ["budgets", "Size report"],
    ["authorization", "Authorization table"],
  ]],
  ["", [["settings", "Settings"]]],
];

function Item({ href, here, children }) {
  return html`<li><a href=${href} aria-current=${here ? "page" : undefined}>${children}</a></li>`;
}

function OfPool({ id, page }) {
  return html`<p class="pool-id" title="The user pool">${id}</p>
    ${OF_POOL.map(([group, items]) => html`
      ${group && html`<h2>${group}</h2>`}
      <ul>${items.map(([name, label]) => html`<${Item} href=${name ? link("pools", id, name) : link("pools", id)} here=${page === name}>${label}<//>`)}</ul>`)}`;
}

export function Navigation({ parts, open }) {
  const [area, id, page = ""] = parts;
  const pool = area === "pools" && id && id !== "create" ? id : null;
  const here = page === "properties" ? "extensions" : page;
  return html`<nav id="navigation" class=${open ? "open" : ""} aria-label="Console">
    <ul>
      <${Item} href="#/pools" here=${(area ?? "pools") === "pools" && !pool}>User pools<//>
      <${Item} href="#/functions" here=${area === "functions"}>Functions<//>
      <${Item} href="#/charts" here=${area === "charts"}>Live charts<//>
      ${IS_DEVELOPMENT && html`<${Item} href="#/inbox" here=${area === "inbox"}>Message inbox<//>`}
    </ul>
    ${pool && html`<${OfPool} id=${pool} page=${here} />`}
  </nav>`;
}
