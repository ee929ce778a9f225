// A place to write code: numbers beside the lines, and a Tab key that indents.

import { html, useRef } from "../html.js";

const INDENT = { py: "    " };

export function Editor({ value, onInput, label, file, readonly }) {
  const numbers = useRef();
  const leaving = useRef(false);
  const count = value.split("\n").length;
  const type = (event) => {
    const area = event.target;
    // Escape, then Tab goes on to the next field, so that nobody is caught in here.
    if (event.key === "Escape") leaving.current = true;
    else if (event.key !== "Tab") leaving.current = false;
    if (event.key !== "Tab" || event.shiftKey || leaving.current || readonly) return;
    event.preventDefault();
    const indent = INDENT[file?.split(".").pop()] ?? "  ";
    area.setRangeText(indent, area.selectionStart, area.selectionEnd, "end");
    onInput(area.value);
  };
  const scrolled = (event) => (numbers.current.scrollTop = event.target.scrollTop);
  return html`<div class="editor">
    <div class="numbers" aria-hidden="true" ref=${numbers}>${Array.from({ length: count }, (_, n) => html`<span>${n + 1}</span>`)}</div>
    <textarea aria-label=${label} spellcheck=${false} autocapitalize="off" wrap="off" rows="22" readonly=${readonly} value=${value}
      aria-describedby="editor-hint" onKeyDown=${type} onScroll=${scrolled} onInput=${(event) => onInput(event.target.value)} />
  </div>
  <p class="hint" id="editor-hint">Tab indents; press Escape before Tab to leave the code.</p>`;
}
