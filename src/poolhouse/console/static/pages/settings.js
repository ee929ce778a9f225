// Name, plan, protection, tags; and deleting the pool.

import { cognito } from "../api.js";
import { Area, Check, Choice, Danger, Form, Text, pairs } from "../parts/forms.js";
import { Card, Heading, Json, Loaded, useLoad } from "../parts/shown.js";
import { readPool, updatePool } from "../pool-api.js";
import { go } from "../router.js";
import { html } from "../html.js";

export function Settings({ id }) {
  const found = useLoad(() => readPool(id), [id]);
  const save = async ({ name, tier, protect, tags }) => {
    await updatePool(id, {
      PoolName: name,
      UserPoolTier: tier,
      DeletionProtection: protect ? "ACTIVE" : "INACTIVE",
      UserPoolTags: pairs(tags),
    });
    found.reload();
  };
  const drop = async () => (await cognito("DeleteUserPool", { UserPoolId: id }), go("pools"));
  return html`<${Heading} title="Settings" />
    <${Loaded} of=${found}>${(pool) => {
      const tags = Object.entries(pool.UserPoolTags ?? {}).map(([name, value]) => `${name}=${value}`).join("\n");
      const initial = { name: pool.Name, tier: pool.UserPoolTier, protect: pool.DeletionProtection === "ACTIVE", tags };
      return html`<${Card}><${Form} initial=${initial} onSubmit=${save} submit="Save settings" label="Settings">${(f) => html`
        <${Text} f=${f} name="name" label="User pool name" required />
        <${Choice} f=${f} name="tier" label="Feature plan" options=${[["LITE", "Lite"], ["ESSENTIALS", "Essentials"], ["PLUS", "Plus"]]} />
        <${Check} f=${f} name="protect" label="Deletion protection" hint="The pool cannot be deleted while this is on." />
        <${Area} f=${f} name="tags" label="Tags" hint="One a line, NAME=VALUE." />`}<//><//>
      <${Card} title="Delete user pool"><p>Its users, clients and keys are gone at once, and its tokens can no longer be verified.</p>
        <${Danger} label="Delete user pool" question=${`Delete ${pool.Name} (${id}) with all its users?`} action=${drop} /><//>
      <details class="card"><summary>Everything DescribeUserPool says</summary><${Json} value=${pool} label="The user pool as JSON" /></details>`;
    }}<//>`;
}
