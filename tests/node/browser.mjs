// A browser without JavaScript for scripts: keeps cookies, sends the sign-in form, stops at the app.
import { given } from "./given.mjs";

const cookies = new Map();

async function visit(url, options = {}) {
  const answer = await fetch(url, {
    redirect: "manual",
    ...options,
    headers: { ...options.headers, cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
  });
  for (const line of answer.headers.getSetCookie()) {
    const [name, value] = line.split(";")[0].split("=");
    cookies.set(name, value);
  }
  return answer;
}

const plain = (text) => text.replaceAll("&amp;", "&").replaceAll("&#34;", '"').replaceAll("&#39;", "'");

/** From an authorization (or sign-out) URL to the URL that the app is called back with. */
export async function through(url, back) {
  for (let hops = 0; hops < 10; hops += 1) {
    if (String(url).startsWith(back)) return new URL(url);
    const answer = await visit(url);
    if (answer.status === 302 || answer.status === 303) {
      url = new URL(answer.headers.get("location"), url);
      continue;
    }
    const page = await answer.text();
    const action = page.match(/action="([^"]*)"/);
    if (!action) throw new Error(`no form: ${page}`);
    const hidden = page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g);
    const fields = new URLSearchParams([...hidden].map(([, name, value]) => [name, plain(value)]));
    fields.set("username", given.username);
    fields.set("password", given.password);
    const sent = await visit(new URL(plain(action[1]), url), { method: "POST", body: fields });
    url = new URL(sent.headers.get("location"), url);
  }
  throw new Error("redirected for ever");
}
