// One function: code, a trial run, versions, aliases, settings, logs.

import { lambda, own } from "../api.js";
import { functionPath, invoke, packed, readFunction, unpacked } from "../functions-api.js";
import { Editor } from "../parts/editor.js";
import { Area, Danger, Form, Text, pairs, useAction } from "../parts/forms.js";
import { Badge, Card, Copied, ErrorBox, Facts, Heading, Json, Loaded, Notice, useLoad } from "../parts/shown.js";
import { go } from "../router.js";
import { SAMPLE_EVENT } from "../templates.js";
import { html, useState } from "../html.js";
import { Aliases, Versions } from "./function-versions.js";

async function ask(name) {
  const found = await readFunction(name);
  const files = found.Code.Location ? await unpacked(found.Code) : null;
  return { ...found, files };
}

function Code({ name, files: deployed, reload }) {
  const [files, set] = useState(deployed);
  const names = Object.keys(files);
  const [open, setOpen] = useState(names[0]);
  const changed = names.some((each) => files[each] !== deployed[each]);
  const [deploy, state] = useAction(async () => {
    await lambda("PUT", functionPath(name, "/code"), { ZipFile: await packed(files) });
    reload();
  });
  return html`<${Card} title="Code" actions=${changed ? html`<${Badge} kind="warn">not deployed<//>` : html`<${Badge} kind="good">deployed<//>`}>
    ${names.length > 1 && html`<div class="tabs" role="group" aria-label="Files">${names.map((each) => html`
      <button type="button" aria-pressed=${each === open} onClick=${() => setOpen(each)}>${each}</button>`)}</div>`}
    ${names.length === 1 && html`<p class="label">${open}</p>`}
    <${Editor} label=${`Code of ${open}`} file=${open} value=${files[open]} onInput=${(text) => set({ ...files, [open]: text })} />
    <${ErrorBox} error=${state.error} />
    <div class="buttons"><button type="button" class="primary" disabled=${!changed} aria-disabled=${Boolean(state.busy)} onClick=${deploy}>Deploy</button>
      <button type="button" disabled=${!changed} onClick=${() => set(deployed)}>Take back changes</button></div>
  <//>`;
}

function Test({ name }) {
  const [result, set] = useState();
  const run = async ({ event }) => {
    set(await invoke(name, JSON.parse(event)));
  };
  return html`<${Card} title="Test"><${Form} submit="Run" says="" initial=${{ event: JSON.stringify(SAMPLE_EVENT, null, 2) }} onSubmit=${run} label="Test">${(f) => html`
      <${Area} f=${f} name="event" label="Event" required rows=${8} hint="Runs the deployed code with this event. A preview shows what it makes of a token." />`}<//>
    ${result && html`<div aria-live="polite">
      <p>${result.failed ? html`<${Badge} kind="bad">failed<//>` : html`<${Badge} kind="good">answered<//>`} version ${result.version}</p>
      <${Json} value=${pretty(result.payload)} label="Answer" />
      <p class="label">Log</p><${Json} value=${result.log || "(nothing)"} label="Log of the run" /></div>`}
  <//>`;
}

function pretty(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function Configuration({ name, configuration, reload }) {
  const variables = Object.entries(configuration.Environment?.Variables ?? {});
  const initial = {
    handler: configuration.Handler,
    timeout: configuration.Timeout,
    memory: configuration.MemorySize,
    environment: variables.map(([key, value]) => `${key}=${value}`).join("\n"),
  };
  const save = async (values) => {
    await lambda("PUT", functionPath(name, "/configuration"), {
      Handler: values.handler,
      Timeout: Number(values.timeout),
      MemorySize: Number(values.memory),
      Environment: { Variables: pairs(values.environment) },
    });
    reload();
  };
  return html`<${Card} title="Configuration"><${Form} initial=${initial} onSubmit=${save} submit="Save configuration" label="Configuration">${(f) => html`
    <${Text} f=${f} name="handler" label="Handler" required />
    <div class="row"><${Text} f=${f} name="timeout" label="Timeout, seconds" type="number" required />
    <${Text} f=${f} name="memory" label="Memory, MiB" type="number" required /></div>
    <${Area} f=${f} name="environment" label="Environment variables" hint="One a line, NAME=VALUE." />`}<//><//>`;
}

function Logs({ name }) {
  const log = useLoad(() => own("GET", `functions/${encodeURIComponent(name)}/log`), [name]);
  return html`<${Card} title="Logs" actions=${html`<button type="button" class="small" onClick=${log.reload}>Refresh</button>`}>
    <${Loaded} of=${log}>${({ log: text }) => html`<${Json} value=${text || "This function has printed nothing yet."} label="Log" />`}<//><//>`;
}

export function FunctionPage({ name }) {
  const found = useLoad(() => ask(name), [name]);
  const drop = async () => (await lambda("DELETE", functionPath(name)), go("functions"));
  const back = { href: "#/functions", label: "Functions" };
  return html`<${Loaded} of=${found} what="Loading the function" title=${name}>${({ Configuration: configuration, files }) => html`
    <${Heading} title=${name} back=${back}>
      ${files && html`<${Danger} label="Delete function" question=${`Delete ${name}? Sign-ins of pools that call it will fail.`} action=${drop} />`}<//>
    <${Card} title="Function"><${Facts} entries=${[
      ["ARN", html`<${Copied} text=${configuration.FunctionArn} />`],
      ["Runtime", configuration.Runtime],
      ["Code digest", html`<code class="wrap">${configuration.CodeSha256}</code>`],
      ["Changed", configuration.LastModified],
      ["Description", configuration.Description],
    ]} /><//>
    ${files ? html`<${Code} key=${configuration.CodeSha256} name=${name} files=${files} reload=${found.reload} />`
      : html`<${Notice}>This function runs straight from a file on the server, and is changed there.<//>`}
    <${Test} name=${name} />
    ${files && html`<${Versions} name=${name} /><${Aliases} name=${name} />
      <${Configuration} name=${name} configuration=${configuration} reload=${found.reload} />`}
    <${Logs} name=${name} />`}<//>`;
}
