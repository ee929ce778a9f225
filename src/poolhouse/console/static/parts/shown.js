// Small things that pages are made of. What comes from an API is only ever a text node.

import { html, useEffect, useRef, useState } from "../html.js";

export function ErrorBox({ error, title }) {
  const box = useRef();
  useEffect(() => box.current?.focus(), [error]);
  if (!error) return null;
  return html`<div class="notice bad" role="alert" tabindex="-1" ref=${box}>
    <p><strong>${title ?? error.type ?? "The page failed"}</strong></p>
    <p class="message">${title && error.type ? `${error.type}: ` : ""}${error.message}</p>
    ${error.requestId && html`<p class="quiet">Request id <code>${error.requestId}</code></p>`}
  </div>`;
}

export function Notice({ kind = "info", children }) {
  return html`<div class=${`notice ${kind}`} role="status">${children}</div>`;
}

export function Loading({ what = "Loading" }) {
  return html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>${what}…</p>`;
}

export function Empty({ title, children }) {
  return html`<div class="empty"><p><strong>${title}</strong></p>${children}</div>`;
}

// A question to an API: {data, error, reload}. An answer that comes too late is dropped.
export function useLoad(ask, needs) {
  const [state, set] = useState({});
  const [round, again] = useState(0);
  useEffect(() => {
    let wanted = true;
    ask().then(
      (data) => wanted && set({ data }),
      (error) => wanted && set((old) => ({ ...old, error })),
    );
    return () => (wanted = false);
  }, [...needs, round]);
  useEffect(() => () => set({}), needs);
  return { ...state, reload: () => again((n) => n + 1) };
}

// What an answer is shown as. `title` is for pages whose heading is in the answer: without one they
// still say what they are about.
export function Loaded({ of, what, title, children }) {
  const missing = of.data === undefined;
  return html`${missing && of.error && title && html`<${Heading} title=${title} />`}
    ${of.error && html`<${ErrorBox} error=${of.error} />`}
    ${missing ? !of.error && html`<${Loading} what=${what} />` : children(of.data)}`;
}

export function Heading({ title, children, lead, back }) {
  const heading = useRef();
  // Whoever cannot see the page change hears its name.
  useEffect(() => {
    document.title = `${title} · poolhouse console`;
    heading.current.focus({ preventScroll: true });
  }, [title]);
  return html`<header class="heading">
    ${back && html`<p class="back"><a href=${back.href}>← ${back.label}</a></p>`}
    <div class="line"><h1 tabindex="-1" ref=${heading}>${title}</h1><div class="actions">${children}</div></div>
    ${lead && html`<p class="lead">${lead}</p>`}
  </header>`;
}

export function Card({ title, actions, children, id }) {
  return html`<section class="card" id=${id}>
    ${title && html`<div class="line"><h2>${title}</h2><div class="actions">${actions}</div></div>`}
    ${children}
  </section>`;
}

// Rows as a table that can be scrolled on its own; `columns` are [heading, cell of a row].
export function Table({ label, columns, rows, empty, keyOf }) {
  if (!rows.length) return empty ?? html`<${Empty} title="There is nothing here yet." />`;
  return html`<div class="scroll" role="region" aria-label=${label} tabindex="0"><table>
    <thead><tr>${columns.map(([heading]) => html`<th scope="col">${heading || html`<span class="unseen">Actions</span>`}</th>`)}</tr></thead>
    <tbody>${rows.map((row, index) => html`<tr key=${keyOf ? keyOf(row) : index}>
      ${columns.map(([, cell]) => html`<td>${cell(row)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

// Names and values. Entries that are undefined are left out.
export function Facts({ entries }) {
  return html`<dl class="facts">${entries
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function Copied({ text }) {
  const [done, set] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    set(true);
    setTimeout(() => set(false), 2000);
  };
  return html`<span class="copied"><code>${text}</code>
    <button type="button" class="quiet-button" aria-label=${`Copy ${text}`} onClick=${copy}>${done ? "Copied" : "Copy"}</button></span>`;
}

export function Badge({ kind = "plain", children }) {
  return html`<span class=${`badge ${kind}`}>${children}</span>`;
}

export function Time({ seconds, ms = seconds * 1000 }) {
  if (!ms) return "–";
  const date = new Date(ms);
  return html`<time datetime=${date.toISOString()}>${date.toISOString().slice(0, 19).replace("T", " ")}</time>`;
}

export function Json({ value, label }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return html`<pre class="json" tabindex="0" role="region" aria-label=${label}>${text}</pre>`;
}
