// Add Lambda trigger: type, trigger, event version, function.

import { listFunctions, permit } from "../functions-api.js";
import { Choice, Form, Radios, Text } from "../parts/forms.js";
import { Card, Heading, Loaded, useLoad } from "../parts/shown.js";
import { readPool, updatePool } from "../pool-api.js";
import { link, place } from "../router.js";
import { GROUPS, LABELS, VERSIONS, needsKey, refusal, withTrigger } from "../triggers.js";
import { html, useMemo } from "../html.js";

async function ask(id) {
  const [pool, functions] = await Promise.all([readPool(id), listFunctions()]);
  return { pool, functions };
}

export function AddTrigger({ id }) {
  const found = useLoad(() => ask(id), [id]);
  const chosen = useMemo(() => place().query.get("function"), []);
  const back = { href: link("pools", id, "extensions"), label: "Lambda triggers" };
  const create = `#/functions/create?pool=${encodeURIComponent(id)}`;
  return html`<${Heading} title="Add Lambda trigger" back=${back} />
    <${Loaded} of=${found}>${({ pool, functions }) => {
      const add = async ({ trigger, version, name, arn, key }) => {
        const target = name === "" ? arn : functions.find((each) => each.FunctionName === name).FunctionArn;
        await permit(target, pool);
        await updatePool(id, (before) => ({
          LambdaConfig: withTrigger(before.LambdaConfig ?? {}, trigger, target, version, key),
        }));
        location.hash = back.href;
      };
      const options = [...functions.map((each) => [each.FunctionName, each.FunctionName]), ["", "Another, by its ARN (an alias or a version)"]];
      const versions = VERSIONS.map(([value, label, hint]) => ({ value, label: `${label} · ${value}`, hint, reason: refusal(value, pool) }));
      const best = [...versions].reverse().find((each) => !each.reason).value;
      const initial = { group: "Authentication", trigger: "PreTokenGeneration", version: best, name: chosen ?? options[0][0], arn: "", key: pool.LambdaConfig?.KMSKeyID ?? "" };
      return html`<${Card}><${Form} submit="Add Lambda trigger" initial=${initial} onSubmit=${add} cancel=${back.href} label="Add Lambda trigger">${(f) => html`
        <${Choice} f=${f} name="group" label="Trigger type" options=${GROUPS.map(([group]) => [group, group])}
          onChange=${(group) => f.set("trigger", GROUPS.find(([each]) => each === group)[1][0])} />
        <${Choice} f=${f} name="trigger" label=${f.values.group} options=${GROUPS.find(([group]) => group === f.values.group)[1].map((each) => [each, LABELS[each]])} />
        ${f.values.trigger === "PreTokenGeneration" && html`<${Radios} f=${f} name="version" label="Trigger event version" options=${versions} />`}
        <${Choice} f=${f} name="name" label="Lambda function" options=${options} />
        <p><a href=${create}>Create function</a> <span class="quiet">and come back here</span></p>
        ${f.values.name === "" && html`<${Text} f=${f} name="arn" label="Function ARN" required />`}
        ${needsKey(f.values.trigger) && html`<${Text} f=${f} name="key" label="KMS key ARN" required hint="Codes are encrypted for the sender with this key." />`}`}
      <//><//>`;
    }}<//>`;
}
