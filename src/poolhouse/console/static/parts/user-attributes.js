// The attributes of a user, a field each. One that is emptied is deleted.

import { cognito } from "../api.js";
import { asAttributes } from "../pool-api.js";
import { html, useState } from "../html.js";
import { Form, Text } from "./forms.js";
import { Card } from "./shown.js";

const READ_ONLY = ["sub", "identities"];

export function UserAttributes({ target, attributes, schema, reload }) {
  const [more, setMore] = useState([]);
  const editable = Object.keys(attributes).filter((name) => !READ_ONLY.includes(name));
  const shown = [...editable, ...more];
  const addable = schema.map((each) => each.Name).filter((name) => !shown.includes(name) && !READ_ONLY.includes(name));
  const save = async (values) => {
    const changed = shown.filter((name) => values[name] && values[name] !== attributes[name]);
    const gone = editable.filter((name) => !values[name]);
    if (changed.length) {
      const list = asAttributes(Object.fromEntries(changed.map((name) => [name, values[name]])));
      await cognito("AdminUpdateUserAttributes", { ...target, UserAttributes: list });
    }
    if (gone.length) await cognito("AdminDeleteUserAttributes", { ...target, UserAttributeNames: gone });
    reload();
  };
  return html`<${Card} title="Attributes"><${Form} submit="Save attributes" initial=${attributes} onSubmit=${save} label="Attributes">${(f) => html`
    <div class="row">${shown.map((name) => html`<${Text} f=${f} key=${name} name=${name} label=${name} />`)}</div>
    ${addable.length > 0 && html`<div class="field"><label for="attribute-to-add">Add an attribute</label>
      <select id="attribute-to-add" value="" onChange=${(event) => (setMore([...more, event.target.value]), (event.target.value = ""))}>
        <option value="">Choose…</option>${addable.map((name) => html`<option value=${name}>${name}</option>`)}</select></div>`}`}<//><//>`;
}
