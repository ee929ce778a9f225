// Lines over time and columns by size, as SVG that follows the page's colours.

import { html } from "../html.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [480, 180, 44, 20, 10];

export const short = (value) => {
  if (value === 0) return "0";
  if (value >= 1000) return `${+(value / 1000).toPrecision(2)}k`;
  return String(+value.toPrecision(2));
};

function Axis({ most }) {
  return [0, 0.5, 1].map((share) => {
    const y = HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
    return html`<line class="grid" x1=${LEFT} x2=${WIDTH} y1=${y} y2=${y} /><text x=${LEFT - 6} y=${y + 4} text-anchor="end">${short(most * share)}</text>`;
  });
}

// `series` are [name, values]; a missing value breaks nothing, the line goes on behind it.
export function Lines({ title, unit, series, seconds }) {
  const most = Math.max(0, ...series.flatMap(([, values]) => values.filter(Number.isFinite))) || 1;
  const points = Math.max(2, ...series.map(([, values]) => values.length));
  const x = (index) => LEFT + (index / (points - 1)) * (WIDTH - LEFT);
  const y = (value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - TOP);
  const last = (values) => values.findLast(Number.isFinite);
  const said = series.map(([name, values]) => `${name} ${last(values) === undefined ? "no value" : `${short(last(values))} ${unit}`}`);
  return html`<svg class="chart" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`${title}, now: ${said.join(", ")}`}>
      <${Axis} most=${most} />
      <text x=${LEFT} y=${HEIGHT - 4}>${seconds} s ago</text><text x=${WIDTH} y=${HEIGHT - 4} text-anchor="end">now</text>
      ${series.map(([, values], index) => html`<polyline class=${`series-${index}`} points=${values
        .map((value, at) => (Number.isFinite(value) ? `${x(at + points - values.length).toFixed(1)},${y(value).toFixed(1)}` : null)).filter(Boolean).join(" ")} />`)}
    </svg>
    <ul class="legend">${said.map((text, index) => html`<li><span class=${`swatch series-${index}`}></span>${text}</li>`)}</ul>`;
}

// `columns` are [label, count].
export function Columns({ title, columns }) {
  const most = Math.max(1, ...columns.map(([, count]) => count));
  const width = (WIDTH - LEFT) / Math.max(1, columns.length);
  const said = columns.filter(([, count]) => count > 0).map(([label, count]) => `up to ${label}: ${count}`).join(", ");
  return html`<svg class="chart" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`${title}: ${said || "no value"}`}>
    <${Axis} most=${most} />
    ${columns.map(([label, count], index) => {
      const height = (count / most) * (HEIGHT - BOTTOM - TOP);
      return html`<rect class="column" x=${LEFT + index * width + 2} y=${HEIGHT - BOTTOM - height} width=${Math.max(1, width - 4)} height=${height} />
        <text x=${LEFT + (index + 0.5) * width} y=${HEIGHT - 4} text-anchor="middle">${label}</text>`;
    })}</svg>`;
}
