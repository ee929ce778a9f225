// Forms that keep what was typed, whatever the server says to it.

import { html, useRef, useState } from "../html.js";
import { ErrorBox } from "./shown.js";

let fields = 0;

// Runs an action once at a time: [run, {busy, error}]. `run` gives nothing when it was refused. What
// starts it is never disabled, only said to be: whoever is at the keyboard would lose their place.
export function useAction(action) {
  const [state, set] = useState({});
  const run = async (...given) => {
    if (state.busy) return undefined;
    set({ busy: true });
    try {
      const result = await action(...given);
      set({});
      return result ?? true;
    } catch (error) {
      set({ error });
      return undefined;
    }
  };
  return [run, state];
}

// `children` is a function of {values, set}; `onSubmit` gets the values; `says` tells that it went well.
export function Form({ initial = {}, says = "Saved.", submit = "Save", onSubmit, children, cancel, danger, label }) {
  const [values, setValues] = useState(initial);
  const [run, state] = useAction(onSubmit);
  const [saved, setSaved] = useState(false);
  const set = (name, value) => (setSaved(false), setValues((old) => ({ ...old, [name]: value })));
  const send = (event) => {
    event.preventDefault();
    run(values).then((went) => setSaved(went && says));
  };
  return html`<form onSubmit=${send} aria-label=${label} novalidate=${false}>
    ${children?.({ values, set })}
    <${ErrorBox} error=${state.error} />
    ${saved && html`<p class="saved" role="status">${saved}</p>`}
    <div class="buttons">
      <button class=${danger ? "danger" : "primary"} aria-disabled=${Boolean(state.busy)}>${state.busy ? "Working…" : submit}</button>
      ${cancel && html`<a class="button" href=${cancel}>Cancel</a>`}
    </div>
  </form>`;
}

function useId() {
  const id = useRef();
  id.current ??= `field-${(fields += 1)}`;
  return id.current;
}

function Labelled({ id, label, hint, required, children }) {
  return html`<div class="field">
    <label for=${id}>${label}${required ? "" : html` <span class="quiet">optional</span>`}</label>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${children}
  </div>`;
}

export function Text({ f, name, label, hint, required, type = "text", list, ...more }) {
  const id = useId();
  return html`<${Labelled} id=${id} label=${label} hint=${hint} required=${required}>
    <input id=${id} name=${name} type=${type} value=${f.values[name] ?? ""} required=${required}
      aria-describedby=${hint && `${id}-hint`} autocomplete="off" spellcheck=${false} list=${list && `${id}-list`}
      onInput=${(event) => f.set(name, event.target.value)} ...${more} />
    ${list && html`<datalist id=${`${id}-list`}>${list.map((each) => html`<option value=${each} />`)}</datalist>`}
  <//>`;
}

export function Area({ f, name, label, hint, required, rows = 4, ...more }) {
  const id = useId();
  return html`<${Labelled} id=${id} label=${label} hint=${hint} required=${required}>
    <textarea id=${id} name=${name} rows=${rows} required=${required} spellcheck=${false}
      aria-describedby=${hint && `${id}-hint`} value=${f.values[name] ?? ""}
      onInput=${(event) => f.set(name, event.target.value)} ...${more} />
  <//>`;
}

// `options` are [value, label, reason it cannot be chosen].
export function Choice({ f, name, label, hint, options, required = true, onChange }) {
  const id = useId();
  return html`<${Labelled} id=${id} label=${label} hint=${hint} required=${required}>
    <select id=${id} name=${name} value=${f.values[name] ?? ""} aria-describedby=${hint && `${id}-hint`}
      onChange=${(event) => (f.set(name, event.target.value), onChange?.(event.target.value))}>
      ${options.map(([value, text]) => html`<option value=${value} selected=${value === (f.values[name] ?? "")}>${text}</option>`)}
    </select>
  <//>`;
}

// One of a few, each with an explanation; a disabled one says why.
export function Radios({ f, name, label, options }) {
  const id = useId();
  return html`<fieldset><legend>${label}</legend>
    ${options.map(({ value, label: text, hint, reason }, index) => html`<div class="radio">
      <input type="radio" id=${`${id}-${index}`} name=${`${id}-${name}`} value=${value} checked=${f.values[name] === value}
        disabled=${Boolean(reason)} aria-describedby=${(hint || reason) && `${id}-${index}-hint`}
        onChange=${() => f.set(name, value)} />
      <div><label for=${`${id}-${index}`}>${text}</label>
        ${(hint || reason) && html`<p class="hint" id=${`${id}-${index}-hint`}>${reason ?? hint}</p>`}</div>
    </div>`)}
  </fieldset>`;
}

export function Check({ f, name, label, hint }) {
  const id = useId();
  return html`<div class="check">
    <input type="checkbox" id=${id} name=${name} checked=${Boolean(f.values[name])} aria-describedby=${hint && `${id}-hint`}
      onChange=${(event) => f.set(name, event.target.checked)} />
    <div><label for=${id}>${label}</label>${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}</div>
  </div>`;
}

// Some of a few: the value is the list of the chosen ones.
export function Checks({ f, name, label, options }) {
  const id = useId();
  const chosen = f.values[name] ?? [];
  const toggle = (value, on) => f.set(name, on ? [...chosen, value] : chosen.filter((each) => each !== value));
  return html`<fieldset><legend>${label}</legend>
    ${options.map(([value, text], index) => html`<div class="check">
      <input type="checkbox" id=${`${id}-${index}`} checked=${chosen.includes(value)}
        onChange=${(event) => toggle(value, event.target.checked)} />
      <label for=${`${id}-${index}`}>${text ?? value}</label></div>`)}
  </fieldset>`;
}

// A button that asks before it does what cannot be taken back.
export function Danger({ label, question, action, confirm = label }) {
  const dialog = useRef();
  const [run, state] = useAction(action);
  const act = async () => {
    await run();
    dialog.current?.close();
  };
  return html`<button type="button" class="danger" onClick=${() => dialog.current.showModal()}>${label}</button>
    <dialog ref=${dialog} aria-label=${label}>
      <p>${question}</p>
      <div class="buttons"><button type="button" class="danger" aria-disabled=${Boolean(state.busy)} onClick=${act}>${confirm}</button>
      <button type="button" onClick=${() => dialog.current.close()}>Cancel</button></div>
    </dialog>
    ${state.error && html`<${ErrorBox} error=${state.error} />`}`;
}

// A button for something that may be refused.
export function Act({ label, action, kind = "" }) {
  const [run, state] = useAction(action);
  return html`<button type="button" class=${kind} aria-disabled=${Boolean(state.busy)} onClick=${() => run()}>${label}</button>
    ${state.error && html`<${ErrorBox} error=${state.error} />`}`;
}

export const lines = (text) => (text ?? "").split("\n").map((line) => line.trim()).filter(Boolean);

// "name=value" lines as an object.
export function pairs(text) {
  return Object.fromEntries(
    lines(text).map((line) => {
      const at = line.indexOf("=");
      if (at < 1) throw new Error(`Each line is NAME=VALUE, but this is none: ${line}`);
      return [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}
