// The text format of Prometheus, read; and what of it is worth a chart.

// [{name, labels: {…}, value}]
export function parse(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    const found = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!found) continue;
    const labels = {};
    for (const [, name, value] of (found[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      labels[name] = value.replace(/\\(.)/g, (_, each) => (each === "n" ? "\n" : each));
    }
    samples.push({ name: found[1], labels, value: Number(found[3].replace("+Inf", "Infinity")) });
  }
  return samples;
}

export const total = (samples, name, fits = () => true) =>
  samples.filter((each) => each.name === name && fits(each.labels)).reduce((sum, each) => sum + each.value, 0);

// Counts by upper bound of a histogram, all series together: [[bound, cumulative count]].
export function buckets(samples, name, fits = () => true) {
  const counts = new Map();
  for (const each of samples) {
    if (each.name !== `${name}_bucket` || !fits(each.labels)) continue;
    const bound = Number(each.labels.le.replace("+Inf", "Infinity"));
    counts.set(bound, (counts.get(bound) ?? 0) + each.value);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

export function between(later, earlier) {
  const before = new Map(earlier);
  return later.map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]);
}

// As Prometheus estimates it: straight through the bucket. Undefined without a sample.
export function quantile(share, cumulative) {
  const all = cumulative.at(-1)?.[1] ?? 0;
  if (all <= 0) return undefined;
  const rank = share * all;
  let [low, under] = [0, 0];
  for (const [bound, count] of cumulative) {
    if (count >= rank) {
      if (bound === Infinity) return low;
      return low + (bound - low) * ((rank - under) / Math.max(1e-9, count - under));
    }
    [low, under] = [bound, count];
  }
  return low;
}
