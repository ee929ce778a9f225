// Recorded calls, and minting them again with other code.

import { own } from "../api.js";
import { listFunctions } from "../functions-api.js";
import { Choice, Danger, Form, Text } from "../parts/forms.js";
import { Progress, useReport } from "../parts/progress.js";
import { Card, Empty, Facts, Heading, Loaded, Time, useLoad } from "../parts/shown.js";
import { link } from "../router.js";
import { html } from "../html.js";
import { ReplayReport } from "./replay-report.js";

async function ask(path) {
  const [kept, functions] = await Promise.all([own("GET", `${path}/recordings`), listFunctions()]);
  return { kept, functions };
}

export function Recordings({ id }) {
  const path = `pools/${encodeURIComponent(id)}`;
  const found = useLoad(() => ask(path), [id]);
  const report = useReport();
  const replay = ({ function: name, baseline, since }) =>
    report.start(`${path}/replay`, { function: name, ...(since && { since }), ...(baseline && { baseline }) });
  const forget = async () => (await own("DELETE", `${path}/recordings`), found.reload());
  return html`<${Heading} title="Recordings and replay" lead="Yesterday's sign-ins, minted with tomorrow's function: what would be different." />
    <${Loaded} of=${found}>${({ kept, functions }) => {
      const options = functions.map((each) => [each.FunctionArn, each.FunctionName]);
      return html`<${Card} title="Recorded calls" actions=${kept.recordings > 0 && html`<${Danger} label="Forget them" question="Delete every recorded call of this pool?" action=${forget} />`}>
          ${kept.recordings === 0 ? html`<${Empty} title="Nothing is recorded."><p>Say under <a href=${link("pools", id, "governance")}>Governance</a> which share of calls to keep.</p><//>`
            : html`<${Facts} entries=${[["Calls", kept.recordings], ["First", html`<${Time} ms=${kept.first_ms} />`], ["Last", html`<${Time} ms=${kept.last_ms} />`]]} />`}<//>
        ${kept.recordings > 0 && options.length > 0 && html`<${Card} title="Replay">
          <${Form} submit="Replay" says="" initial=${{ function: options[0][0], baseline: "", since: "7d" }} onSubmit=${replay} label="Replay">${(f) => html`
            <div class="row"><${Choice} f=${f} name="function" label="Mint with" options=${options} />
            <${Choice} f=${f} name="baseline" label="Compare with" options=${[["", "what was recorded"], ...options]} />
            <${Text} f=${f} name="since" label="Since" required hint="How long ago: 24h, 7d." /></div>`}<//>
          <${Progress} report=${report} what="Replaying" /><//>`}
        ${report.report && html`<${ReplayReport} report=${report.report} />`}`;
    }}<//>`;
}
