// The Lambda API's functions, their code as files, and their trial runs.

import { lambda } from "./api.js";

const segment = encodeURIComponent;

export async function listFunctions() {
  const found = [];
  let marker = "";
  do {
    const page = await (await lambda("GET", `/${marker && `?Marker=${segment(marker)}`}`)).json();
    found.push(...page.Functions);
    marker = page.NextMarker;
  } while (marker);
  return found;
}

export const readFunction = async (name) => (await lambda("GET", `/${segment(name)}`)).json();
export const functionPath = (name, rest = "") => `/${segment(name)}${rest}`;

// A package as text files: {name: text}. Lines of code are kept as they are.
export async function packed(files) {
  const { strToU8, zipSync } = await import("./vendor/fflate.js");
  const entries = Object.entries(files).map(([name, text]) => [name, [strToU8(text), { mtime: "1980-01-01T12:00" }]]);
  const zip = zipSync(Object.fromEntries(entries));
  let binary = "";
  for (let at = 0; at < zip.length; at += 32768) {
    binary += String.fromCharCode(...zip.subarray(at, at + 32768));
  }
  return btoa(binary);
}

// The files of a deployed package; `code` is the Code of GetFunction.
export async function unpacked(code) {
  const link = new URL(code.Location);
  // The link is to the server's public name, which need not be the one this page was called by.
  const response = await fetch(link.pathname + link.search);
  if (!response.ok) throw new Error(`The package cannot be read: ${response.status}`);
  const { strFromU8, unzipSync } = await import("./vendor/fflate.js");
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  const texts = Object.entries(files).filter(([name]) => !name.endsWith("/"));
  return Object.fromEntries(texts.map(([name, bytes]) => [name, strFromU8(bytes)]));
}

export async function invoke(name, event, qualifier) {
  const query = qualifier ? `?Qualifier=${segment(qualifier)}` : "";
  const headers = { "x-amz-log-type": "Tail" };
  const response = await lambda("POST", functionPath(name, `/invocations${query}`), event, headers);
  const log = response.headers.get("x-amz-log-result");
  return {
    payload: await response.text(),
    failed: response.headers.get("x-amz-function-error"),
    version: response.headers.get("x-amz-executed-version"),
    log: log ? new TextDecoder().decode(Uint8Array.from(atob(log), (each) => each.charCodeAt(0))) : "",
  };
}

// Lets a pool call a function; says nothing when it may already, or when the function is elsewhere
// or runs from a file: those ask for no permission here.
export async function permit(arn, pool) {
  if (!arn.startsWith("arn:aws:lambda:")) return;
  const [, , , , , , name, qualifier] = arn.split(":");
  const query = qualifier ? `?Qualifier=${segment(qualifier)}` : "";
  try {
    await lambda("POST", functionPath(name, `/policy${query}`), {
      StatementId: `console-${pool.Id}`,
      Action: "lambda:InvokeFunction",
      Principal: "cognito-idp.amazonaws.com",
      SourceArn: pool.Arn,
    });
  } catch (error) {
    if (!["ResourceConflictException", "ResourceNotFoundException"].includes(error.type)) throw error;
  }
}
