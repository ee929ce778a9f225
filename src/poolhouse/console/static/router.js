// Deep links: #/pools/ID/users/NAME, each part percent-encoded.

export function link(...parts) {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts) {
  location.hash = link(...parts);
}

// The parts and the query (?a=b) of the address that is shown now.
export function place() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// The first of `routes` ([pattern, page]) that fits; a part that begins with ":" is a parameter.
export function match(routes, parts) {
  for (const [pattern, page] of routes) {
    const wanted = pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const fits = wanted.every((part, index) => part.startsWith(":") || part === parts[index]);
    if (!fits) continue;
    const named = wanted.map((part, index) => [part.slice(1), parts[index]]);
    return { page, given: Object.fromEntries(named.filter((_, i) => wanted[i].startsWith(":"))) };
  }
  return null;
}
