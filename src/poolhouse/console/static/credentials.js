// The access key that requests are signed with: in this tab only, and until it is closed.

import { IS_DEVELOPMENT, REGION } from "./server.js";

const KEY = "poolhouse-access-key";
const SIGNED_OUT = "poolhouse-signed-out";
const listeners = new Set();

// In development the server takes any credentials, so that nobody needs to make some up.
const ANY = { accessKeyId: "console", secretAccessKey: "any", region: REGION };

export function current() {
  const kept = sessionStorage.getItem(KEY);
  if (kept) return JSON.parse(kept);
  return IS_DEVELOPMENT && !sessionStorage.getItem(SIGNED_OUT) ? ANY : null;
}

export function keep(credentials) {
  sessionStorage.removeItem(SIGNED_OUT);
  sessionStorage.setItem(KEY, JSON.stringify(credentials));
  listeners.forEach((tell) => tell());
}

export function forget() {
  sessionStorage.clear();
  sessionStorage.setItem(SIGNED_OUT, "yes");
  listeners.forEach((tell) => tell());
}

export function listen(tell) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
