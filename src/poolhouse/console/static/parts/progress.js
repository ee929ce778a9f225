// An answer of JSON lines, followed: how far it is, and its report at the end.

import { ownLines } from "../api.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { ErrorBox } from "./shown.js";

// {start, stop, busy, progress, report, error}
export function useReport() {
  const [state, set] = useState({});
  const stop = useRef();
  useEffect(() => () => stop.current?.abort(), []);
  const start = async (path, body) => {
    stop.current?.abort();
    const abort = (stop.current = new AbortController());
    set({ busy: true });
    try {
      for await (const line of ownLines("POST", path, body, abort.signal)) {
        set((old) => ({ ...old, ...line }));
      }
      set((old) => ({ ...old, busy: false }));
    } catch (error) {
      set((old) => ({ ...old, busy: false, error: error.name === "AbortError" ? undefined : error }));
    }
  };
  return { ...state, start, stop: () => stop.current?.abort() };
}

export function Progress({ report, what }) {
  const { busy, progress, error, stop } = report;
  return html`<${ErrorBox} error=${error} />
    ${busy && html`<div role="status"><p>${what}: ${(progress?.done ?? 0).toLocaleString("en-US")}${progress?.total ? ` of ${progress.total.toLocaleString("en-US")}` : ""}</p>
      <progress aria-label=${what} max=${progress?.total || 1} value=${progress?.total ? progress.done : undefined} />
      <div class="buttons"><button type="button" onClick=${stop}>Stop</button></div></div>`}`;
}
