// What users would have been sent: the messages of a development server.

import { own } from "../api.js";
import { Form, Text } from "../parts/forms.js";
import { Card, Empty, Heading, Json, Loaded, Time, useLoad } from "../parts/shown.js";
import { html, useState } from "../html.js";

function Message({ message }) {
  const { id, pool, address, created_ms: created, code, subject, body, ...more } = message;
  return html`<${Card} title=${subject ?? `To ${address}`} actions=${html`<${Time} ms=${created} />`}>
    <p>To <strong>${address}</strong> <span class="quiet">from ${pool}</span></p>
    ${code && html`<p>Code <strong><code>${code}</code></strong></p>`}
    ${body && html`<pre class="json" tabindex="0" role="region" aria-label=${`Message to ${address} of ${new Date(created).toISOString()}`}>${body}</pre>`}
    <details><summary>Details</summary><${Json} value=${more} label=${`Details of ${id}`} /></details><//>`;
}

export function Inbox() {
  const [address, set] = useState("");
  const found = useLoad(() => own("GET", `inbox${address && `?address=${encodeURIComponent(address)}`}`), [address]);
  return html`<${Heading} title="Message inbox" lead="Nothing is sent in development: what would be sent is kept here."><button type="button" onClick=${found.reload}>Refresh</button><//>
    <div class="card filter"><${Form} submit="Search" says="" initial=${{ address: "" }} onSubmit=${async (values) => set(values.address)} label="Search the inbox">${(f) => html`
      <${Text} f=${f} name="address" label="Address" />`}<//></div>
    <${Loaded} of=${found}>${({ messages }) => (messages.length ? messages.map((each) => html`<${Message} key=${each.id} message=${each} />`) : html`<${Empty} title="No messages." />`)}<//>`;
}
