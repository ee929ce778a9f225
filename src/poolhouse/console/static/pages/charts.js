// Live charts of /metrics, asked for while somebody looks.

import { ApiError } from "../api.js";
import { between, buckets, parse, quantile, total } from "../metrics.js";
import { Columns, Lines } from "../parts/chart.js";
import { Form, Text } from "../parts/forms.js";
import { Card, ErrorBox, Heading, Loading, Notice } from "../parts/shown.js";
import { html, useEffect, useState } from "../html.js";

const EVERY_MS = 2000;
const POINTS = 60;
const TOKEN = "poolhouse-metrics-token";

async function read() {
  const token = sessionStorage.getItem(TOKEN);
  const response = await fetch("/metrics", { cache: "no-store", headers: token ? { authorization: `Bearer ${token}` } : {} });
  if (!response.ok) throw new ApiError(`HTTP ${response.status}`, await response.text(), null, response.status);
  return { at: Date.now(), samples: parse(await response.text()) };
}

function useReadings() {
  const [state, set] = useState({ readings: [] });
  const [round, again] = useState(0);
  useEffect(() => {
    let timer;
    let wanted = true;
    const look = async () => {
      // A hidden tab asks nothing.
      if (!document.hidden) {
        try {
          const reading = await read();
          if (wanted) set((old) => ({ readings: [...old.readings, reading].slice(-POINTS - 1) }));
        } catch (error) {
          if (wanted) set({ readings: [], error });
          return;
        }
      }
      if (wanted) timer = setTimeout(look, EVERY_MS);
    };
    look();
    return () => ((wanted = false), clearTimeout(timer));
  }, [round]);
  return { ...state, retry: () => (set({ readings: [] }), again((n) => n + 1)) };
}

// One value for each pair of neighbouring readings.
const steps = (readings, value) => readings.slice(1).map((later, index) => value(readings[index], later));
const rate = (name, fits) => (earlier, later) =>
  ((total(later.samples, name, fits) - total(earlier.samples, name, fits)) * 1000) / Math.max(1, later.at - earlier.at);
const milliseconds = (share) => (earlier, later) => {
  const name = "poolhouse_trigger_run_seconds";
  const seconds = quantile(share, between(buckets(later.samples, name), buckets(earlier.samples, name)));
  return seconds === undefined ? undefined : seconds * 1000;
};

function sizes(samples, use) {
  const found = buckets(samples, "poolhouse_token_bytes", (labels) => labels.token_use === use);
  return found.map(([bound, count], index) => [bound === Infinity ? "more" : bound < 1024 ? String(bound) : `${bound / 1024}k`, count - (found[index - 1]?.[1] ?? 0)]);
}

function Refused({ error, retry }) {
  if (error.status === 404) return html`<${Notice} kind="warn">This server tells its metrics to nobody: its setting metrics_token is empty.<//>`;
  if (error.status !== 401) return html`<${ErrorBox} error=${error} />`;
  const save = async ({ token }) => (sessionStorage.setItem(TOKEN, token), retry());
  return html`<${Card} title="Metrics ask for a token"><${Form} submit="Show metrics" initial=${{ token: "" }} onSubmit=${save} label="Metrics token">${(f) => html`
    <${Text} f=${f} name="token" label="Metrics token" type="password" required hint="The server's setting metrics_token." />`}<//><//>`;
}

export function Charts() {
  const { readings, error, retry } = useReadings();
  const seconds = Math.round(Math.max(1, readings.length - 1) * (EVERY_MS / 1000));
  const latest = readings.at(-1)?.samples;
  const isIssued = (labels) => labels.outcome === "issued";
  const failed = (labels) => labels.outcome !== "issued";
  return html`<${Heading} title="Live charts" lead="Of all pools and functions of this server, every two seconds while you look." />
    ${error ? html`<${Refused} error=${error} retry=${retry} />` : !latest ? html`<${Loading} what="Reading metrics" />` : html`<div class="charts">
      <${Card} title="Issuances"><${Lines} title="Issuances" unit="a second" seconds=${seconds} series=${[
        ["issued", steps(readings, rate("poolhouse_issuances_total", isIssued))],
      ]} /><p class="quiet">${total(latest, "poolhouse_issuances_total", isIssued).toLocaleString("en-US")} since the server started</p><//>
      <${Card} title="Failures"><${Lines} title="Failures" unit="a second" seconds=${seconds} series=${[
        ["issuances refused", steps(readings, rate("poolhouse_issuances_total", failed))],
        ["trigger calls that failed", steps(readings, rate("poolhouse_trigger_outcomes_total", (labels) => labels.outcome !== "returned"))],
        ["changes ignored", steps(readings, rate("poolhouse_ignored_wishes_total"))],
      ]} /><//>
      <${Card} title="Trigger latency"><${Lines} title="Trigger latency" unit="ms" seconds=${seconds} series=${[
        ["p50", steps(readings, milliseconds(0.5))], ["p99", steps(readings, milliseconds(0.99))],
      ]} /><//>
      <${Card} title="Access tokens by bytes"><${Columns} title="Access tokens by bytes" columns=${sizes(latest, "access")} /><//>
      <${Card} title="ID tokens by bytes"><${Columns} title="ID tokens by bytes" columns=${sizes(latest, "id")} /><//>
    </div>`}`;
}
