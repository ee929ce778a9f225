// The public APIs, as any other client calls them. Nothing else is asked for by this page.

import * as credentials from "./credentials.js";
import { IS_DEVELOPMENT } from "./server.js";
import { AwsClient } from "./vendor/aws4fetch.js";

const TARGET = "AWSCognitoIdentityProviderService";

// A refusal as the service made it: its type, its message, and the id to find it in the log by.
export class ApiError extends Error {
  constructor(type, message, requestId, status) {
    super(message || "The server gave no reason.");
    Object.assign(this, { type, requestId, status });
  }
}

export async function cognito(operation, input = {}, key = credentials.current()) {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `${TARGET}.${operation}`,
  };
  // A pool belongs to the region its id begins with, whichever one is looked at.
  const region = input.UserPoolId?.split("_")[0];
  const request = { method: "POST", headers, body: JSON.stringify(input) };
  return json(await send("/", request, "cognito-idp", { ...key, ...(region && { region }) }));
}

// All pages of a list: `member` of the answer, for as long as it names a next one.
export async function cognitoAll(operation, input, member, most = 1000) {
  const found = [];
  let next;
  do {
    const answer = await cognito(operation, { ...input, ...(next && { NextToken: next }) });
    found.push(...(answer[member] ?? []));
    next = answer.NextToken;
  } while (next && found.length < most);
  return found;
}

export async function lambda(method, path, body, headers = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const request = { method, headers: { "content-type": "application/json", ...headers }, body: text };
  const response = await send(`/2015-03-31/functions${path}`, request, "lambda");
  await refuse(response);
  return response;
}

export async function own(method, path, body) {
  return json(await ownRequest(method, path, body));
}

// The lines of an answer that tells its progress.
export async function* ownLines(method, path, body, signal) {
  const response = await ownRequest(method, path, body, signal);
  await refuse(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop();
    for (const line of lines.filter(Boolean)) {
      const told = JSON.parse(line);
      if (told.error) throw new ApiError(told.error.type, told.error.message, null, 200);
      yield told;
    }
    if (done) return;
  }
}

function ownRequest(method, path, body, signal) {
  const headers = { "content-type": "application/json" };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return send(`/poolhouse/v1/${path}`, { method, headers, body: text, signal }, "cognito-idp");
}

async function send(path, request, service, key = credentials.current()) {
  if (!key) throw new ApiError("SignedOut", "Sign in first.", null, 0);
  const url = new URL(path, location.origin);
  const { signal, ...rest } = request;
  try {
    return await fetch(await signed(url, rest, service, key), { signal, cache: "no-store" });
  } catch (error) {
    if (error instanceof ApiError || error.name === "AbortError") throw error;
    throw new ApiError("NoAnswer", `The server cannot be reached: ${error.message}`, null, 0);
  }
}

async function signed(url, request, service, key) {
  if (globalThis.crypto?.subtle) {
    return new AwsClient({ ...key, service, retries: 0 }).sign(url.href, request);
  }
  if (!IS_DEVELOPMENT) {
    throw new ApiError("NotSecure", "Browsers sign requests on pages of HTTPS only.", null, 0);
  }
  // Development takes any signature, and there is no cryptography on pages of plain HTTP.
  const scope = `${key.accessKeyId}/20000101/${key.region}/${service}/aws4_request`;
  const headers = {
    ...request.headers,
    "x-amz-date": "20000101T000000Z",
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
  };
  return new Request(url, { ...request, headers });
}

async function json(response) {
  await refuse(response);
  const text = await response.text();
  return text ? JSON.parse(text) : {};
}

export async function refuse(response) {
  if (response.ok) return;
  const text = await response.text();
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    body = { message: text.slice(0, 500) };
  }
  const type = body.__type ?? response.headers.get("x-amzn-errortype")?.replace(/:$/, "");
  const requestId = response.headers.get("x-amzn-requestid");
  const message = body.message ?? body.Message;
  throw new ApiError(type ?? `HTTP ${response.status}`, message, requestId, response.status);
}
