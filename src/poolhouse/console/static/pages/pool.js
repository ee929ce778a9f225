// One user pool: what it is called, where it is, what is set up.

import { Badge, Card, Copied, Facts, Heading, Loaded, Time, useLoad } from "../parts/shown.js";
import { listClients, readPool } from "../pool-api.js";
import { link } from "../router.js";
import { html } from "../html.js";

async function ask(id) {
  const [pool, clients] = await Promise.all([readPool(id), listClients(id)]);
  const discovery = await fetch(`/${id}/.well-known/openid-configuration`);
  return { pool, clients, discovery: discovery.ok ? await discovery.json() : null };
}

// What a newcomer would do next, with what is done already.
function Steps({ id, pool, clients }) {
  const config = pool.LambdaConfig?.PreTokenGenerationConfig;
  const steps = [
    ["Create an app client", clients.length > 0, link("pools", id, "clients", "create")],
    ["Create a user", pool.EstimatedNumberOfUsers > 0, link("pools", id, "users", "create")],
    ["Write a function", false, "#/functions/create"],
    ["Attach it: Lambda triggers, Add Lambda trigger", Boolean(config), link("pools", id, "extensions")],
    ["Preview what it does to a token", false, link("pools", id, "preview")],
  ];
  return html`<${Card} title="Customize tokens, step by step"><ol class="steps">${steps.map(([label, done, href]) => html`
    <li><a href=${href}>${label}</a> ${done && html`<${Badge} kind="good">done<//>`}</li>`)}</ol><//>`;
}

export function Pool({ id }) {
  const found = useLoad(() => ask(id), [id]);
  return html`<${Loaded} of=${found} what="Loading the user pool" title=${id}>${({ pool, clients, discovery }) => {
    const trigger = pool.LambdaConfig?.PreTokenGenerationConfig;
    return html`<${Heading} title=${pool.Name} back=${{ href: "#/pools", label: "User pools" }} />
      <${Card} title="User pool">
        <${Facts} entries=${[
          ["User pool ID", html`<${Copied} text=${pool.Id} />`],
          ["ARN", html`<${Copied} text=${pool.Arn} />`],
          ["Token signing key URL", discovery && html`<${Copied} text=${discovery.jwks_uri} />`],
          ["Issuer", discovery && html`<${Copied} text=${discovery.issuer} />`],
          ["Feature plan", pool.UserPoolTier],
          ["Users", pool.EstimatedNumberOfUsers],
          ["App clients", clients.length],
          ["Pre token generation", trigger ? `${trigger.LambdaArn.split(":function:")[1]} (${trigger.LambdaVersion})` : "no function"],
          ["Created", html`<${Time} seconds=${pool.CreationDate} />`],
        ]} /><//>
      ${discovery && html`<${Card} title="Endpoints"><${Facts} entries=${
        ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "revocation_endpoint", "end_session_endpoint"]
          .filter((name) => discovery[name])
          .map((name) => [name.replaceAll("_", " "), html`<${Copied} text=${discovery[name]} />`])} /><//>`}
      <${Steps} id=${id} pool=${pool} clients=${clients} />`;
  }}<//>`;
}
