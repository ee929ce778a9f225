// A new function, from a template that can be edited before it is deployed.

import { lambda } from "../api.js";
import { packed } from "../functions-api.js";
import { Editor } from "../parts/editor.js";
import { Choice, Form, Text } from "../parts/forms.js";
import { Heading } from "../parts/shown.js";
import { go, place } from "../router.js";
import { TEMPLATES } from "../templates.js";
import { html, useMemo } from "../html.js";

const ROLE = "arn:aws:iam::123456789012:role/console";

export function CreateFunction() {
  // Who came from "Add Lambda trigger" goes back there.
  const pool = useMemo(() => place().query.get("pool"), []);
  const create = async ({ name, template, code }) => {
    const { runtime, file } = TEMPLATES[template];
    await lambda("POST", "", {
      FunctionName: name,
      Runtime: runtime,
      Handler: "index.handler",
      Role: ROLE,
      Code: { ZipFile: await packed({ [file]: code }) },
    });
    if (pool) location.hash = `#/pools/${encodeURIComponent(pool)}/extensions/add?function=${encodeURIComponent(name)}`;
    else go("functions", "of", name);
  };
  const first = Object.keys(TEMPLATES)[0];
  const initial = { name: "", template: first, code: TEMPLATES[first].code };
  const cancel = pool ? `#/pools/${encodeURIComponent(pool)}/extensions/add` : "#/functions";
  return html`<${Heading} title="Create function" back=${{ href: cancel, label: pool ? "Add Lambda trigger" : "Functions" }}
      lead="The code runs on this server, as the server's user, for every pool that is allowed to call it." />
    <div class="card"><${Form} submit="Create function" initial=${initial} onSubmit=${create} cancel=${cancel} label="Create function">${(f) => {
      const { file, runtime } = TEMPLATES[f.values.template];
      return html`
        <${Text} f=${f} name="name" label="Function name" required pattern="[A-Za-z0-9_\\-]{1,64}" title="Letters, digits, hyphens and underscores" />
        <${Choice} f=${f} name="template" label="Template" options=${Object.entries(TEMPLATES).map(([key, each]) => [key, each.label])}
          onChange=${(key) => f.set("code", TEMPLATES[key].code)} />
        <p class="label">${file} <span class="quiet">${runtime}</span></p>
        <${Editor} label=${`Code of ${file}`} file=${file} value=${f.values.code} onInput=${(code) => f.set("code", code)} />`;
    }}<//></div>`;
}
