// Whether risky sign-ins are recorded, or stopped.

import { html } from "../html.js";
import { Form, Radios } from "../parts/forms.js";
import { Card, Heading, Loaded, useLoad } from "../parts/shown.js";
import { readPool, updatePool } from "../pool-api.js";

const reason = "Threat protection comes with the Plus plan: change the plan under Settings.";
const MODES = [
  { value: "OFF", label: "Off", hint: "No sign-in event is kept." },
  { value: "AUDIT", label: "Audit only", hint: "Sign-in events are kept with their risk; nobody is stopped." },
  { value: "ENFORCED", label: "Full function", hint: "Risky sign-ins are met as the risk configuration says." },
];

export function ThreatProtection({ id }) {
  const found = useLoad(() => readPool(id), [id]);
  const save = async ({ mode }) => {
    await updatePool(id, (before) => ({ UserPoolAddOns: { ...before.UserPoolAddOns, AdvancedSecurityMode: mode } }));
    found.reload();
  };
  return html`<${Heading} title="Threat protection" />
    <${Loaded} of=${found}>${(pool) => {
      const on = pool.UserPoolTier === "PLUS";
      const options = MODES.map((each) => (each.value === "OFF" || on ? each : { ...each, reason }));
      return html`<${Card}><${Form} initial=${{ mode: pool.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF" }} onSubmit=${save} submit="Save threat protection" label="Threat protection">${(f) => html`
        <${Radios} f=${f} name="mode" label="Threat protection" options=${options} />`}<//><//>`;
    }}<//>`;
}
