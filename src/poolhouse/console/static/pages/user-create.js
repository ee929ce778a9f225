// A new user, with the attributes that the pool has.

import { cognito } from "../api.js";
import { Check, Choice, Form, Text } from "../parts/forms.js";
import { Heading, Loaded, useLoad } from "../parts/shown.js";
import { asAttributes, readPool } from "../pool-api.js";
import { go, link } from "../router.js";
import { html } from "../html.js";

const FIRST = ["email", "phone_number", "name"];

export function CreateUser({ id }) {
  const pool = useLoad(() => readPool(id), [id]);
  const create = async (values) => {
    const given = Object.entries(values).filter(([name, value]) => name.startsWith("@") && value !== "");
    const attributes = Object.fromEntries(given.map(([name, value]) => [name.slice(1), value]));
    if (values.verified && attributes.email) attributes.email_verified = "true";
    const input = { UserPoolId: id, Username: values.username };
    const { User } = await cognito("AdminCreateUser", {
      ...input,
      UserAttributes: asAttributes(attributes),
      ...(values.message === "none" && { MessageAction: "SUPPRESS" }),
      ...(values.message === "email" && { DesiredDeliveryMediums: ["EMAIL"] }),
      ...(values.temporary && { TemporaryPassword: values.temporary }),
    });
    const made = { UserPoolId: id, Username: User.Username };
    if (values.password) {
      await cognito("AdminSetUserPassword", { ...made, Password: values.password, Permanent: true });
    }
    go("pools", id, "users", "of", User.Username);
  };
  const back = { href: link("pools", id, "users"), label: "Users" };
  return html`<${Heading} title="Create user" back=${back} />
    <${Loaded} of=${pool}>${({ SchemaAttributes, UsernameAttributes }) => {
      const names = SchemaAttributes.map((each) => each.Name);
      const required = SchemaAttributes.filter((each) => each.Required && each.Name !== "sub").map((each) => each.Name);
      const shown = [...new Set([...FIRST, ...required, ...names.filter((name) => name.startsWith("custom:"))])];
      const label = UsernameAttributes?.length ? "E-mail address or phone number to sign in with" : "User name";
      return html`<div class="card"><${Form} submit="Create user" initial=${{ username: "", message: "none", password: "", verified: false }}
        onSubmit=${create} cancel=${back.href} label="Create user">${(f) => html`
        <${Text} f=${f} name="username" label=${label} required />
        <${Text} f=${f} name="password" label="Permanent password" type="password" hint="Without one the user has to choose a password at the first sign-in." autocomplete="new-password" />
        <${Choice} f=${f} name="message" label="Invitation" options=${[["none", "Send none"], ["email", "By e-mail"], ["sms", "By SMS"]]} />
        <h2>Attributes</h2>
        ${shown.map((name) => html`<${Text} f=${f} key=${name} name=${`@${name}`} label=${name} required=${required.includes(name)} />`)}
        <${Check} f=${f} name="verified" label="The e-mail address is verified" />`}
      <//></div>`;
    }}<//>`;
}
