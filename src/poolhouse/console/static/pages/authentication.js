// Passwords and second factors.

import { cognito } from "../api.js";
import { Check, Choice, Form, Text } from "../parts/forms.js";
import { Card, Heading, Loaded, useLoad } from "../parts/shown.js";
import { readPool, updatePool } from "../pool-api.js";
import { html } from "../html.js";

const RULES = [["RequireUppercase", "An uppercase letter"], ["RequireLowercase", "A lowercase letter"], ["RequireNumbers", "A digit"], ["RequireSymbols", "A symbol"]];

async function ask(id) {
  const [pool, mfa] = await Promise.all([readPool(id), cognito("GetUserPoolMfaConfig", { UserPoolId: id })]);
  return { pool, mfa };
}

function Passwords({ id, pool, reload }) {
  const policy = pool.Policies?.PasswordPolicy ?? {};
  const save = async ({ length, days, ...rules }) => {
    const PasswordPolicy = { ...policy, MinimumLength: Number(length), TemporaryPasswordValidityDays: Number(days) };
    for (const [name] of RULES) PasswordPolicy[name] = Boolean(rules[name]);
    await updatePool(id, (before) => ({ Policies: { ...before.Policies, PasswordPolicy } }));
    reload();
  };
  const initial = { length: policy.MinimumLength ?? 8, days: policy.TemporaryPasswordValidityDays ?? 7, ...Object.fromEntries(RULES.map(([name]) => [name, policy[name] ?? false])) };
  return html`<${Card} title="Password policy"><${Form} initial=${initial} onSubmit=${save} submit="Save password policy" label="Password policy">${(f) => html`
    <div class="row"><${Text} f=${f} name="length" label="Least length" type="number" required /><${Text} f=${f} name="days" label="Temporary passwords are valid for, days" type="number" required /></div>
    ${RULES.map(([name, label]) => html`<${Check} f=${f} key=${name} name=${name} label=${label} />`)}`}<//><//>`;
}

function Factors({ id, mfa, reload }) {
  const save = async ({ mode, totp, email }) => {
    const { EmailMfaConfiguration, ...rest } = mfa;
    await cognito("SetUserPoolMfaConfig", {
      UserPoolId: id,
      ...(rest.SmsMfaConfiguration && { SmsMfaConfiguration: rest.SmsMfaConfiguration }),
      ...(rest.WebAuthnConfiguration && { WebAuthnConfiguration: rest.WebAuthnConfiguration }),
      MfaConfiguration: mode,
      SoftwareTokenMfaConfiguration: { Enabled: Boolean(totp) },
      ...(email && { EmailMfaConfiguration: EmailMfaConfiguration ?? { Message: "Your code is {####}", Subject: "Your code" } }),
    });
    reload();
  };
  const initial = { mode: mfa.MfaConfiguration ?? "OFF", totp: mfa.SoftwareTokenMfaConfiguration?.Enabled ?? false, email: Boolean(mfa.EmailMfaConfiguration) };
  return html`<${Card} title="Multi-factor authentication"><${Form} initial=${initial} onSubmit=${save} submit="Save MFA" label="Multi-factor authentication">${(f) => html`
    <${Choice} f=${f} name="mode" label="MFA" options=${[["OFF", "Off"], ["OPTIONAL", "Optional"], ["ON", "Required"]]} />
    <${Check} f=${f} name="totp" label="Authenticator apps" /><${Check} f=${f} name="email" label="E-mail codes" hint="Needs Essentials or Plus, and an e-mail configuration." />`}<//><//>`;
}

export function AuthenticationMethods({ id }) {
  const found = useLoad(() => ask(id), [id]);
  return html`<${Heading} title="Authentication methods" />
    <${Loaded} of=${found}>${({ pool, mfa }) => html`<${Passwords} id=${id} pool=${pool} reload=${found.reload} /><${Factors} id=${id} mfa=${mfa} reload=${found.reload} />`}<//>`;
}
