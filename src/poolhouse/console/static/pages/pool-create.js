// A new user pool, with what cannot be changed later.

import { cognito } from "../api.js";
import { Area, Checks, Choice, Form, Text, lines } from "../parts/forms.js";
import { Heading } from "../parts/shown.js";
import { go } from "../router.js";
import { html } from "../html.js";

const TYPES = ["String", "Number", "DateTime", "Boolean"];

// "name", or "name Number", a line each.
export function customAttributes(text) {
  return lines(text).map((line) => {
    const [name, type = "String"] = line.replace(/^custom:/, "").split(/\s+/);
    const found = TYPES.find((each) => each.toLowerCase() === type.toLowerCase());
    if (!found) throw new Error(`The type of ${name} must be one of ${TYPES.join(", ")}.`);
    return { Name: name, AttributeDataType: found, Mutable: true };
  });
}

async function create({ name, tier, attributes, signInWith }) {
  const schema = customAttributes(attributes);
  const { UserPool } = await cognito("CreateUserPool", {
    PoolName: name,
    UserPoolTier: tier,
    ...(schema.length && { Schema: schema }),
    ...(signInWith.length && { UsernameAttributes: signInWith }),
  });
  go("pools", UserPool.Id);
}

export function CreatePool() {
  const initial = { name: "", tier: "ESSENTIALS", attributes: "", signInWith: [] };
  return html`<${Heading} title="Create user pool" back=${{ href: "#/pools", label: "User pools" }} />
    <div class="card"><${Form} submit="Create user pool" initial=${initial} onSubmit=${create} cancel="#/pools" label="Create user pool">${(f) => html`
      <${Text} f=${f} name="name" label="User pool name" required />
      <${Choice} f=${f} name="tier" label="Feature plan" hint="Functions reach the access token on Essentials and Plus."
        options=${[["ESSENTIALS", "Essentials"], ["PLUS", "Plus"], ["LITE", "Lite"]]} />
      <${Area} f=${f} name="attributes" label="Custom attributes" rows=${4}
        hint="One a line; a type may follow the name: String, Number, DateTime or Boolean. They are read as custom:NAME." placeholder=${"membership\nlocation"} />
      <${Checks} f=${f} name="signInWith" label="Users sign in with, in place of a user name"
        options=${[["email", "E-mail address"], ["phone_number", "Phone number"]]} />`}
    <//></div>`;
}
