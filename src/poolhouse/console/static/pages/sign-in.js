// Signing in to the console: with an access key that the server knows, tried before it is kept.

import { cognito } from "../api.js";
import * as credentials from "../credentials.js";
import { Form, Text } from "../parts/forms.js";
import { Heading } from "../parts/shown.js";
import { IS_DEVELOPMENT, REGION } from "../server.js";
import { html } from "../html.js";

async function signIn({ accessKeyId, secretAccessKey, region }) {
  const key = { accessKeyId: accessKeyId.trim(), secretAccessKey, region: region.trim() };
  await cognito("ListUserPools", { MaxResults: 1 }, key);
  credentials.keep(key);
}

export function SignIn() {
  const lead = IS_DEVELOPMENT
    ? "This is a development server: any credentials do."
    : "With an access key of this server's setting access_keys. It stays in this tab, and is forgotten when you sign out or close it.";
  const initial = IS_DEVELOPMENT
    ? { accessKeyId: "console", secretAccessKey: "any", region: REGION }
    : { accessKeyId: "", secretAccessKey: "", region: REGION };
  return html`<main class="sign-in"><div class="card">
    <img src="/console/static/icon.svg" alt="" width="48" height="48" />
    <${Heading} title="Sign in to the console" lead=${lead} />
    <${Form} submit="Sign in" initial=${initial} onSubmit=${signIn} label="Sign in">${(f) => html`
      <${Text} f=${f} name="accessKeyId" label="Access key ID" required />
      <${Text} f=${f} name="secretAccessKey" label="Secret access key" type="password" required />
      <${Text} f=${f} name="region" label="Region" required />`}
    <//>
  </div></main>`;
}
