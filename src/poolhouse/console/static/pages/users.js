// The users of a pool, a page at a time, found by a filter.

import { cognito } from "../api.js";
import { Form, Text, Choice } from "../parts/forms.js";
import { Badge, Empty, Heading, Loaded, Table, Time, useLoad } from "../parts/shown.js";
import { asObject } from "../pool-api.js";
import { link } from "../router.js";
import { html, useState } from "../html.js";

const FIELDS = ["username", "email", "phone_number", "name", "given_name", "family_name",
  "preferred_username", "sub", "cognito:user_status", "status"];

const quoted = (text) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

export function Users({ id }) {
  const [filter, setFilter] = useState("");
  const [tokens, setTokens] = useState([]);
  const next = tokens.at(-1);
  const ask = () =>
    cognito("ListUsers", {
      UserPoolId: id,
      Limit: 50,
      ...(filter && { Filter: filter }),
      ...(next && { PaginationToken: next }),
    });
  const found = useLoad(ask, [id, filter, next]);
  const search = async ({ field, kind, value }) => {
    setTokens([]);
    setFilter(value ? `${field} ${kind} "${quoted(value)}"` : "");
  };
  const columns = [
    ["User name", (user) => html`<a href=${link("pools", id, "users", "of", user.Username)}>${user.Username}</a>`],
    ["E-mail", (user) => asObject(user.Attributes).email ?? "–"],
    ["Status", (user) => user.UserStatus],
    ["Sign-in", (user) => (user.Enabled ? html`<${Badge} kind="good">enabled<//>` : html`<${Badge} kind="bad">disabled<//>`)],
    ["Created", (user) => html`<${Time} seconds=${user.UserCreateDate} />`],
  ];
  const create = link("pools", id, "users", "create");
  const empty = html`<${Empty} title=${filter ? "No user matches." : "No users yet."}>
    ${!filter && html`<p><a class="button primary" href=${create}>Create a user</a></p>`}<//>`;
  return html`<${Heading} title="Users"><a class="button primary" href=${create}>Create user</a><//>
    <div class="card filter"><${Form} submit="Search" says="" initial=${{ field: "username", kind: "^=", value: "" }} onSubmit=${search} label="Search users">${(f) => html`
      <div class="row">
        <${Choice} f=${f} name="field" label="Attribute" options=${FIELDS.map((each) => [each, each])} />
        <${Choice} f=${f} name="kind" label="Match" options=${[["^=", "begins with"], ["=", "equals"]]} />
        <${Text} f=${f} name="value" label="Value" />
      </div>`}<//></div>
    <${Loaded} of=${found} what="Loading users">${({ Users, PaginationToken }) => html`
      <${Table} label="Users" columns=${columns} rows=${Users ?? []} keyOf=${(user) => user.Username} empty=${empty} />
      <div class="buttons">
        ${tokens.length > 0 && html`<button type="button" onClick=${() => setTokens(tokens.slice(0, -1))}>Previous</button>`}
        ${PaginationToken && html`<button type="button" onClick=${() => setTokens([...tokens, PaginationToken])}>Next</button>`}
      </div>`}<//>`;
}
