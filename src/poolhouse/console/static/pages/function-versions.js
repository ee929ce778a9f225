// Published versions, and aliases that may share calls between two of them.

import { lambda } from "../api.js";
import { functionPath } from "../functions-api.js";
import { Act, Choice, Danger, Form, Text } from "../parts/forms.js";
import { Card, Empty, Loaded, Table, useLoad } from "../parts/shown.js";
import { html } from "../html.js";

const listVersions = async (name) => (await (await lambda("GET", functionPath(name, "/versions"))).json()).Versions;

export function Versions({ name }) {
  const found = useLoad(() => listVersions(name), [name]);
  const publish = async () => (await lambda("POST", functionPath(name, "/versions"), {}), found.reload());
  return html`<${Card} title="Versions" actions=${html`<${Act} label="Publish version" action=${publish} />`}>
    <${Loaded} of=${found}>${(versions) => html`<${Table} label="Versions" rows=${versions} keyOf=${(each) => each.Version} columns=${[
      ["Version", (each) => each.Version],
      ["Changed", (each) => each.LastModified?.slice(0, 19).replace("T", " ")],
      ["Code digest", (each) => html`<code>${each.CodeSha256.slice(0, 12)}</code>`],
    ]} />`}<//><//>`;
}

async function ask(name) {
  const [answer, versions] = await Promise.all([lambda("GET", functionPath(name, "/aliases")), listVersions(name)]);
  return { aliases: (await answer.json()).Aliases, versions };
}

function shares(alias) {
  const others = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  const rest = others.reduce((sum, [, weight]) => sum - weight, 1);
  const all = [[alias.FunctionVersion, rest], ...others];
  return all.map(([version, weight]) => `version ${version}: ${Math.round(weight * 1000) / 10} %`).join(", ");
}

export function Aliases({ name }) {
  const found = useLoad(() => ask(name), [name]);
  const save = async ({ alias, version, other, percent }) => {
    const routing = other ? { [other]: Number(percent) / 100 } : {};
    const body = { FunctionVersion: version, RoutingConfig: { AdditionalVersionWeights: routing } };
    const there = found.data.aliases.some((each) => each.Name === alias);
    if (there) await lambda("PUT", functionPath(name, `/aliases/${encodeURIComponent(alias)}`), body);
    else await lambda("POST", functionPath(name, "/aliases"), { Name: alias, ...body });
    found.reload();
  };
  const drop = (alias) => async () => {
    await lambda("DELETE", functionPath(name, `/aliases/${encodeURIComponent(alias)}`));
    found.reload();
  };
  return html`<${Card} title="Aliases"><${Loaded} of=${found}>${({ aliases, versions }) => {
    const options = versions.map((each) => [each.Version, each.Version]);
    const published = options.filter(([version]) => version !== "$LATEST");
    return html`
      <${Table} label="Aliases" rows=${aliases} keyOf=${(each) => each.Name} empty=${html`<${Empty} title="No aliases yet." />`} columns=${[
        ["Alias", (each) => each.Name],
        ["Calls go to", shares],
        ["", (each) => html`<${Danger} label="Delete" question=${`Delete the alias ${each.Name}?`} action=${drop(each.Name)} />`],
      ]} />
      <${Form} submit="Save alias" initial=${{ alias: "", version: "$LATEST", other: "", percent: "10" }} onSubmit=${save} label="Alias">${(f) => html`
        <${Text} f=${f} name="alias" label="Alias" required hint="An alias that exists is changed." />
        <div class="row"><${Choice} f=${f} name="version" label="Version" options=${options} />
        <${Choice} f=${f} name="other" label="Second version" required=${false} options=${[["", "none"], ...published]} />
        ${f.values.other && html`<${Text} f=${f} name="percent" label="Its share, percent" type="number" min="0" max="100" required />`}</div>`}<//>`;
  }}<//><//>`;
}
