// Groups of users: their precedence and role decide what tokens say of them.

import { cognito, cognitoAll } from "../api.js";
import { Act, Danger, Form, Text } from "../parts/forms.js";
import { Card, Empty, Heading, Loaded, Table, Time, useLoad } from "../parts/shown.js";
import { go, link } from "../router.js";
import { html } from "../html.js";

const fields = (f) => html`
  <${Text} f=${f} name="description" label="Description" />
  <${Text} f=${f} name="precedence" label="Precedence" type="number" min="0" hint="The lowest number decides the preferred role." />
  <${Text} f=${f} name="role" label="IAM role ARN" />`;

const members = ({ description, precedence, role }) => ({
  ...(description && { Description: description }),
  ...(precedence !== "" && { Precedence: Number(precedence) }),
  ...(role && { RoleArn: role }),
});

export function Groups({ id }) {
  const found = useLoad(() => cognitoAll("ListGroups", { UserPoolId: id, Limit: 60 }, "Groups"), [id]);
  const create = async (values) => {
    await cognito("CreateGroup", { UserPoolId: id, GroupName: values.name, ...members(values) });
    found.reload();
  };
  return html`<${Heading} title="Groups" />
    <${Loaded} of=${found}>${(groups) => html`
      <${Table} label="Groups" rows=${groups} keyOf=${(group) => group.GroupName} empty=${html`<${Empty} title="No groups yet." />`} columns=${[
        ["Name", (group) => html`<a href=${link("pools", id, "groups", "of", group.GroupName)}>${group.GroupName}</a>`],
        ["Description", (group) => group.Description ?? "–"],
        ["Precedence", (group) => group.Precedence ?? "–"],
        ["Role", (group) => group.RoleArn ?? "–"],
      ]} />`}<//>
    <${Card} title="Create group"><${Form} submit="Create group" initial=${{ name: "", description: "", precedence: "", role: "" }} onSubmit=${create} label="Create group">
      ${(f) => html`<${Text} f=${f} name="name" label="Group name" required />${fields(f)}`}<//><//>`;
}

export function Group({ id, name }) {
  const target = { UserPoolId: id, GroupName: name };
  const ask = async () => {
    const [group, users] = await Promise.all([
      cognito("GetGroup", target),
      cognitoAll("ListUsersInGroup", { ...target, Limit: 60 }, "Users"),
    ]);
    return { group: group.Group, users };
  };
  const found = useLoad(ask, [id, name]);
  const save = async (values) => {
    await cognito("UpdateGroup", { ...target, ...members(values) });
    found.reload();
  };
  const add = async ({ user }) => {
    await cognito("AdminAddUserToGroup", { ...target, Username: user });
    found.reload();
  };
  const remove = (user) => async () => {
    await cognito("AdminRemoveUserFromGroup", { ...target, Username: user });
    found.reload();
  };
  const drop = async () => (await cognito("DeleteGroup", target), go("pools", id, "groups"));
  return html`<${Heading} title=${name} back=${{ href: link("pools", id, "groups"), label: "Groups" }}>
      <${Danger} label="Delete group" question=${`Delete the group ${name}? Its members stay.`} action=${drop} /><//>
    <${Loaded} of=${found}>${({ group, users }) => html`
      <${Card} title="Group"><${Form} initial=${{ description: group.Description ?? "", precedence: group.Precedence ?? "", role: group.RoleArn ?? "" }}
        onSubmit=${save} submit="Save group" label="Group">${fields}<//><//>
      <${Card} title="Members">
        <${Table} label="Members" rows=${users} keyOf=${(user) => user.Username} empty=${html`<${Empty} title="No members." />`} columns=${[
          ["User name", (user) => html`<a href=${link("pools", id, "users", "of", user.Username)}>${user.Username}</a>`],
          ["Status", (user) => user.UserStatus],
          ["Created", (user) => html`<${Time} seconds=${user.UserCreateDate} />`],
          ["", (user) => html`<${Act} label="Remove" kind="small" action=${remove(user.Username)} />`],
        ]} />
        <${Form} submit="Add user" initial=${{ user: "" }} onSubmit=${add} label="Add user">${(f) => html`<${Text} f=${f} name="user" label="User name" required />`}<//><//>`}<//>`;
}
