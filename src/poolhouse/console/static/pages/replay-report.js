// What a replay found.

import { Badge, Card, Facts, Table } from "../parts/shown.js";
import { html } from "../html.js";

const Percentiles = ({ found }) =>
  html`${Object.entries(found ?? {}).map(([name, value]) => `${name} ${value.toLocaleString("en-US")}`).join(" · ") || "–"}`;

export function ReplayReport({ report }) {
  const sizes = Object.entries(report.token_bytes).flatMap(([token, each]) => [
    [`${token} token, bytes before`, html`<${Percentiles} found=${each.before} />`],
    [`${token} token, bytes after`, html`<${Percentiles} found=${each.after} />`],
  ]);
  const same = report.events > 0 && !report.different && !report.new_failures;
  return html`<${Card} title="Report" actions=${same ? html`<${Badge} kind="good">no difference<//>` : html`<${Badge} kind="warn">different<//>`}>
      <${Facts} entries=${[
        ["Events", report.events], ["Would get other tokens", report.different], ["Would newly fail", report.new_failures],
        ["No longer fail", report.repaired], ["Still fail", report.still_failing],
        ["Milliseconds a call", html`<${Percentiles} found=${report.run_ms} />`], ...sizes,
      ]} /><//>
    ${report.differences.length > 0 && html`<${Card} title="Differences"><${Table} label="Differences" rows=${report.differences} columns=${[
      ["Count", (each) => each.count],
      ["Token", (each) => each.token],
      ["What", (each) => html`${each.kind} <code class="wrap">${each.name}</code> ${each.what}`],
    ]} /><//>`}
    ${report.failures.length > 0 && html`<${Card} title="Failures"><${Table} label="Failures" rows=${report.failures} columns=${[
      ["Count", (each) => each.count],
      ["Error", (each) => each.error],
      ["Example", (each) => each.examples[0]?.message ?? "–"],
    ]} /><//>`}
    ${report.ignored.length > 0 && html`<${Card} title="Ignored"><${Table} label="Ignored" rows=${report.ignored} columns=${[
      ["Count", (each) => each.count],
      ["Token", (each) => each.token],
      ["Name", (each) => html`<code class="wrap">${each.name}</code>`],
      ["Rule", (each) => each.rule],
    ]} /><//>`}`;
}
