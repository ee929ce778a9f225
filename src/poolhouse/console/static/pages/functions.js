// All functions of the region.

import { listFunctions } from "../functions-api.js";
import { Badge, Empty, Heading, Loaded, Table, useLoad } from "../parts/shown.js";
import { link } from "../router.js";
import { html } from "../html.js";

const COLUMNS = [
  ["Name", (each) => html`<a href=${link("functions", "of", each.FunctionName)}>${each.FunctionName}</a>`],
  ["Runtime", (each) => html`${each.Runtime} ${each.Description?.startsWith("runs from ") && html`<${Badge}>from a file<//>`}`],
  ["Changed", (each) => each.LastModified?.slice(0, 19).replace("T", " ")],
  ["Code, bytes", (each) => each.CodeSize],
];

export function Functions() {
  const found = useLoad(listFunctions, []);
  const empty = html`<${Empty} title="No functions yet.">
    <p>A function answers what a pool asks it: for a trigger, what tokens should say.</p>
    <p><a class="button primary" href="#/functions/create">Create a function</a></p><//>`;
  return html`<${Heading} title="Functions"><a class="button primary" href="#/functions/create">Create function</a><//>
    <${Loaded} of=${found} what="Loading functions">${(functions) => html`
      <${Table} label="Functions" columns=${COLUMNS} rows=${functions} keyOf=${(each) => each.FunctionName} empty=${empty} />`}<//>`;
}
