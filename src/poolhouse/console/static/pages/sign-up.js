// Attributes that users have, and who may sign up.

import { cognito } from "../api.js";
import { Area, Check, Checks, Form } from "../parts/forms.js";
import { Card, Heading, Loaded, Table, useLoad } from "../parts/shown.js";
import { readPool, updatePool } from "../pool-api.js";
import { html } from "../html.js";
import { customAttributes } from "./pool-create.js";

const COLUMNS = [
  ["Attribute", (each) => html`<code>${each.Name}</code>`],
  ["Type", (each) => each.AttributeDataType],
  ["Required", (each) => (each.Required ? "yes" : "no")],
  ["Can be changed", (each) => (each.Mutable ? "yes" : "no")],
];

export function SignUp({ id }) {
  const found = useLoad(() => readPool(id), [id]);
  const add = async ({ text }) => {
    await cognito("AddCustomAttributes", { UserPoolId: id, CustomAttributes: customAttributes(text) });
    found.reload();
  };
  const save = async ({ open, verified }) => {
    await updatePool(id, ({ AdminCreateUserConfig: { UnusedAccountValidityDays: _, ...config } = {} }) => ({
      AdminCreateUserConfig: { ...config, AllowAdminCreateUserOnly: !open },
      AutoVerifiedAttributes: verified,
    }));
    found.reload();
  };
  return html`<${Heading} title="Sign-up" />
    <${Loaded} of=${found}>${(pool) => html`
      <${Card} title="Self-registration"><${Form} onSubmit=${save} submit="Save self-registration" label="Self-registration"
        initial=${{ open: !pool.AdminCreateUserConfig?.AllowAdminCreateUserOnly, verified: pool.AutoVerifiedAttributes ?? [] }}>${(f) => html`
        <${Check} f=${f} name="open" label="People may sign themselves up" />
        <${Checks} f=${f} name="verified" label="Verified with a code" options=${[["email", "E-mail address"], ["phone_number", "Phone number"]]} />`}<//><//>
      <${Card} title="Attributes"><${Table} label="Attributes" columns=${COLUMNS} keyOf=${(each) => each.Name}
        rows=${pool.SchemaAttributes.filter((each) => each.Required || each.Name.includes(":"))} /><//>
      <${Card} title="Add custom attributes"><${Form} key=${pool.SchemaAttributes.length} submit="Add attributes" initial=${{ text: "" }} onSubmit=${add} label="Add custom attributes">${(f) => html`
        <${Area} f=${f} name="text" label="Attributes" required hint="One a line: NAME, or NAME and String, Number, DateTime or Boolean. They cannot be taken away again." />`}<//><//>`}<//>`;
}
