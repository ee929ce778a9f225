// All user pools of the region.

import { cognitoAll } from "../api.js";
import { Empty, Heading, Loaded, Table, Time, useLoad } from "../parts/shown.js";
import { link } from "../router.js";
import { html } from "../html.js";

const COLUMNS = [
  ["Name", (pool) => html`<a href=${link("pools", pool.Id)}>${pool.Name}</a>`],
  ["User pool ID", (pool) => html`<code>${pool.Id}</code>`],
  ["Created", (pool) => html`<${Time} seconds=${pool.CreationDate} />`],
];

export function Pools() {
  const pools = useLoad(() => cognitoAll("ListUserPools", { MaxResults: 60 }, "UserPools"), []);
  const empty = html`<${Empty} title="No user pools yet.">
    <p>A user pool is a directory of users that issues tokens. What its tokens say, a function of yours decides.</p>
    <p><a class="button primary" href="#/pools/create">Create your first user pool</a></p><//>`;
  return html`<${Heading} title="User pools"><a class="button primary" href="#/pools/create">Create user pool</a><//>
    <${Loaded} of=${pools} what="Loading user pools">${(found) => html`
      <${Table} label="User pools" columns=${COLUMNS} rows=${found} keyOf=${(pool) => pool.Id} empty=${empty} />`}
    <//>`;
}
