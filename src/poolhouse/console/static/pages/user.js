// One user: attributes, groups, password, what they did.

import { cognito, cognitoAll } from "../api.js";
import { Act, Check, Choice, Danger, Form, Text } from "../parts/forms.js";
import { Badge, Card, Empty, Facts, Heading, Loaded, Table, Time, useLoad } from "../parts/shown.js";
import { UserAttributes } from "../parts/user-attributes.js";
import { asObject, readPool } from "../pool-api.js";
import { go, link } from "../router.js";
import { html } from "../html.js";

function Groups({ target, id }) {
  const ask = async () => {
    const [mine, all] = await Promise.all([
      cognitoAll("AdminListGroupsForUser", { ...target, Limit: 60 }, "Groups"),
      cognitoAll("ListGroups", { UserPoolId: id, Limit: 60 }, "Groups"),
    ]);
    return { mine, all };
  };
  const found = useLoad(ask, [id, target.Username]);
  const change = (operation, name) => async () => {
    await cognito(operation, { ...target, GroupName: name });
    found.reload();
  };
  return html`<${Card} title="Groups"><${Loaded} of=${found}>${({ mine, all }) => {
    const others = all.filter((group) => !mine.some((each) => each.GroupName === group.GroupName));
    return html`
      <${Table} label="Groups of the user" rows=${mine} keyOf=${(group) => group.GroupName} empty=${html`<p class="quiet">In no group.</p>`} columns=${[
        ["Group", (group) => html`<a href=${link("pools", id, "groups", "of", group.GroupName)}>${group.GroupName}</a>`],
        ["Precedence", (group) => group.Precedence ?? "–"],
        ["", (group) => html`<${Act} label="Remove" kind="small" action=${change("AdminRemoveUserFromGroup", group.GroupName)} />`],
      ]} />
      ${others.length > 0 && html`<${Form} key=${others.length} submit="Add to group" initial=${{ group: others[0].GroupName }} label="Add to group"
        onSubmit=${({ group }) => change("AdminAddUserToGroup", group)()}>${(f) => html`
        <${Choice} f=${f} name="group" label="Group" options=${others.map((each) => [each.GroupName, each.GroupName])} />`}<//>`}`;
  }}<//><//>`;
}

function Password({ target, reload }) {
  const save = async ({ password, permanent }) => {
    await cognito("AdminSetUserPassword", { ...target, Password: password, Permanent: permanent });
    reload();
  };
  return html`<${Card} title="Password"><${Form} submit="Set password" initial=${{ password: "", permanent: true }} onSubmit=${save} label="Set password">${(f) => html`
    <${Text} f=${f} name="password" label="New password" type="password" required autocomplete="new-password" />
    <${Check} f=${f} name="permanent" label="Permanent" hint="Otherwise the user has to choose another at the next sign-in." />`}<//>
    <${Act} label="Reset the password: send a code" action=${async () => (await cognito("AdminResetUserPassword", target), reload())} /><//>`;
}

// Lists that a feature plan or a setting may refuse: the refusal is the answer.
function History({ title, operation, member, columns, target, input = {} }) {
  const found = useLoad(() => cognito(operation, { ...target, ...input }), [target.Username]);
  return html`<${Card} title=${title}>
    ${found.error && html`<p class="quiet">${found.error.type}: ${found.error.message}</p>`}
    ${found.data && html`<${Table} label=${title} columns=${columns} rows=${found.data[member] ?? []} empty=${html`<${Empty} title="None." />`} />`}<//>`;
}

export function User({ id, name }) {
  const target = { UserPoolId: id, Username: name };
  const ask = async () => {
    const [user, pool] = await Promise.all([cognito("AdminGetUser", target), readPool(id)]);
    return { user, schema: pool.SchemaAttributes };
  };
  const found = useLoad(ask, [id, name]);
  const back = { href: link("pools", id, "users"), label: "Users" };
  const call = (operation) => async () => {
    await cognito(operation, target);
    found.reload();
  };
  const remove = async () => {
    await cognito("AdminDeleteUser", target);
    go("pools", id, "users");
  };
  return html`<${Loaded} of=${found} what="Loading the user" title=${name}>${({ user, schema }) => {
    const attributes = asObject(user.UserAttributes);
    return html`<${Heading} title=${user.Username} back=${back}>
        <a class="button" href=${`${link("pools", id, "preview")}?user=${encodeURIComponent(user.Username)}`}>Preview tokens</a>
        ${user.UserStatus === "UNCONFIRMED" && html`<${Act} label="Confirm" action=${call("AdminConfirmSignUp")} />`}
        ${user.Enabled ? html`<${Act} label="Disable" action=${call("AdminDisableUser")} />` : html`<${Act} label="Enable" action=${call("AdminEnableUser")} />`}
        <${Act} label="Sign out everywhere" action=${call("AdminUserGlobalSignOut")} />
        <${Danger} label="Delete user" question=${`Delete ${user.Username} for good?`} action=${remove} />
      <//>
      <${Card} title="User"><${Facts} entries=${[
        ["sub", html`<code>${attributes.sub}</code>`],
        ["Status", user.UserStatus],
        ["Sign-in", user.Enabled ? html`<${Badge} kind="good">enabled<//>` : html`<${Badge} kind="bad">disabled<//>`],
        ["MFA", (user.UserMFASettingList ?? []).join(", ") || "none"],
        ["Created", html`<${Time} seconds=${user.UserCreateDate} />`],
        ["Changed", html`<${Time} seconds=${user.UserLastModifiedDate} />`],
      ]} /><//>
      <${UserAttributes} key=${JSON.stringify(attributes)} target=${target} attributes=${attributes} schema=${schema} reload=${found.reload} />
      <${Groups} target=${target} id=${id} />
      <${Password} target=${target} reload=${found.reload} />
      <${History} title="Sign-in events" operation="AdminListUserAuthEvents" member="AuthEvents" target=${target} input=${{ MaxResults: 20 }} columns=${[
        ["When", (each) => html`<${Time} seconds=${each.CreationDate} />`],
        ["Event", (each) => each.EventType],
        ["Result", (each) => each.EventResponse],
        ["Risk", (each) => each.EventRisk?.RiskDecision ?? "–"],
        ["From", (each) => each.EventContextData?.IpAddress ?? "–"],
      ]} />
      <${History} title="User sessions" operation="AdminListUserSessions" member="Sessions" target=${target} columns=${[
        ["Session", (each) => html`<code>${each.SessionId}</code>`],
        ["Details", (each) => html`<code class="wrap">${JSON.stringify(each)}</code>`],
        ["", (each) => html`<${Act} label="Revoke" kind="small" action=${() => cognito("AdminRevokeUserSession", { ...target, SessionId: each.SessionId })} />`],
      ]} />
      <${History} title="Devices" operation="AdminListDevices" member="Devices" target=${target} columns=${[
        ["Device", (each) => html`<code>${each.DeviceKey}</code>`],
        ["Last used", (each) => html`<${Time} seconds=${each.DeviceLastAuthenticatedDate} />`],
      ]} />`;
  }}<//>`;
}
