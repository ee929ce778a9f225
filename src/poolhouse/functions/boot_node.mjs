// Inside a worker process: loads one Node.js handler and answers invocations over a socket.
//
// Started by poolhouse.functions.processes; framing.py has the layout of the frames. Between
// invocations the process waits in a blocking read: nothing of the function runs then, as in Lambda.
// Where the server says that others wait, the next one is taken from the backlog before the answer is
// sent, which tells so; the mark in the log is where it begins.
// While the handler runs, nothing of ours keeps the event loop alive, so `beforeExit` says exactly
// when it is empty.
//
// Handler styles: AWS Lambda developer guide, "Define Lambda function handler in Node.js"; what
// nodejs24.x took away (callbacks, context.done and its kin) is gone under that runtime only.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const ID_BYTES = 36;
const TIMEOUT_END = 4 + ID_BYTES + 8;
const HEAD_BYTES = TIMEOUT_END + 1;
const NO_ID = ' '.repeat(ID_BYTES);
const LARGEST_RESPONSE_BYTES = 6_291_556;

const fd = Number(process.argv[2]);
const backlog = Number(process.argv[3]);
const mark = Buffer.from(process.argv[4], 'hex');
const functionArn = process.argv[5];
process.argv.length = 2;

const environment = process.env;
const taskRoot = environment.LAMBDA_TASK_ROOT;
const handlerName = environment._HANDLER;
const runtimeMajor = Number(/nodejs(\d+)/.exec(environment.AWS_EXECUTION_ENV ?? '')?.[1] ?? 22);
const hasCallbacks = runtimeMajor < 24;

let current = null; // the invocation that is running
let whenEmpty = null; // what to do once the event loop has nothing left

// --- frames ---

const waiter = new Int32Array(new SharedArrayBuffer(4));

function writeAll(to, bytes) {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += fs.writeSync(to, bytes, offset);
    } catch (error) {
      if (error.code !== 'EAGAIN' && error.code !== 'EINTR') throw error;
      // A program that the function started may have made the log's pipe non-blocking.
      Atomics.wait(waiter, 0, 0, 1);
    }
  }
}

function send(kind, id, payload, runMs = 0, goesOn = false) {
  const size = Buffer.byteLength(payload);
  const frame = Buffer.allocUnsafe(6 + ID_BYTES + 8 + size);
  frame.writeUInt32BE(2 + ID_BYTES + 8 + size, 0);
  frame.write(kind, 4, 'latin1');
  frame[5] = goesOn ? 1 : 0;
  frame.write(id, 6, 'latin1');
  frame.writeBigUInt64BE(BigInt(Math.round(runMs * 1000)), 6 + ID_BYTES);
  frame.write(payload, 14 + ID_BYTES);
  try {
    writeAll(fd, frame);
  } catch {
    process.exit(0); // the server is gone
  }
}

const inbox = Buffer.allocUnsafeSlow(65536);

function readSome(buffer, offset) {
  for (;;) {
    try {
      const count = fs.readSync(fd, buffer, offset, buffer.length - offset, null);
      if (count === 0) process.exit(0); // the server closed its end
      return count;
    } catch (error) {
      if (error.code === 'ECONNRESET') process.exit(0);
      if (error.code !== 'EINTR') throw error;
    }
  }
}

function readFrame() {
  let got = 0;
  while (got < 4) got += readSome(inbox, got);
  const size = inbox.readUInt32BE(0) + 4;
  if (size <= inbox.length) {
    while (got < size) got += readSome(inbox, got);
    return inbox.subarray(0, size);
  }
  const whole = Buffer.allocUnsafe(size);
  inbox.copy(whole, 0, 0, got);
  while (got < size) got += readSome(whole, got);
  return whole;
}

const following = Buffer.allocUnsafeSlow(65536);

function takeFromBacklog() {
  try {
    return following.subarray(0, fs.readSync(backlog, following));
  } catch {
    return null; // nothing waits
  }
}

// --- the log ---

// Written to the end before going on, so that it is in the pipe before the answer is sent.
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);

function log(level, ...values) {
  const id = current?.id ?? 'undefined';
  writeAll(1, Buffer.from(`${new Date().toISOString()}\t${id}\t${level}\t${format(...values)}\n`));
}

for (const [method, level] of [
  ['log', 'INFO'],
  ['info', 'INFO'],
  ['debug', 'DEBUG'],
  ['warn', 'WARN'],
  ['error', 'ERROR'],
  ['trace', 'TRACE'],
]) {
  console[method] = (...values) => log(level, ...values);
}

// --- errors ---

function errorDocument(error) {
  try {
    if (error instanceof Error || (error && error.stack && error.message !== undefined)) {
      return {
        errorType: String(error.name),
        errorMessage: String(error.message),
        trace: String(error.stack ?? '').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return { errorType: 'handled', errorMessage: '(the error could not be read)', trace: [] };
  }
}

class RuntimeError extends Error {
  constructor(name, message, cause) {
    super(message);
    this.name = `Runtime.${name}`;
    this.stack = `${this.name}: ${cause?.stack ?? message}`;
  }
}

function endIfOutOfMemory(error) {
  // The limit of the process was met before the server's look at its memory.
  if (error instanceof RangeError && /allocation failed/i.test(error.message)) {
    process.kill(process.pid, 'SIGKILL');
  }
}

function endWith(error, status) {
  endIfOutOfMemory(error);
  log('ERROR', 'Uncaught Exception', JSON.stringify(errorDocument(error)));
  send('X', current?.id ?? NO_ID, JSON.stringify(errorDocument(error)));
  process.exit(status);
}

process.on('uncaughtException', (error) => endWith(error, 129));
process.on('unhandledRejection', (reason) => {
  endIfOutOfMemory(reason);
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  endWith(new RuntimeError('UnhandledPromiseRejection', message, reason), 128);
});
process.on('beforeExit', () => {
  const act = whenEmpty;
  whenEmpty = null;
  act?.();
});

// --- loading the handler ---

function isModulePackage(folder) {
  for (;;) {
    if (path.basename(folder) === 'node_modules') return false;
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file)) {
      try {
        return JSON.parse(fs.readFileSync(file, 'utf8'))?.type === 'module';
      } catch {
        return false;
      }
    }
    const parent = path.dirname(folder);
    if (parent === folder) return false;
    folder = parent;
  }
}

const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

async function loadModule(base) {
  const require = createRequire(`${base}.js`);
  if (isFile(base)) return require(base);
  if (isFile(`${base}.js`)) {
    if (isModulePackage(path.dirname(base))) return import(pathToFileURL(`${base}.js`).href);
    return require(`${base}.js`);
  }
  if (isFile(`${base}.mjs`)) return import(pathToFileURL(`${base}.mjs`).href);
  if (isFile(`${base}.cjs`)) return require(`${base}.cjs`);
  const name = path.relative(taskRoot, base);
  throw new RuntimeError('ImportModuleError', `Error: Cannot find module '${name}'`);
}

async function load() {
  const parts = /^(.*\/)?([^./]*)\.([^/]+)$/.exec(handlerName);
  if (!parts || handlerName.includes('..')) {
    throw new RuntimeError('MalformedHandlerName', `Bad handler '${handlerName}'`);
  }
  const [, folder = '', file, property] = parts;
  let loaded;
  try {
    loaded = await loadModule(path.resolve(taskRoot, folder, file));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeError('UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
    }
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw new RuntimeError('ImportModuleError', `Error: ${error.message}`, error);
    }
    throw error;
  }
  const handler = property.split('.').reduce((inner, key) => inner?.[key], loaded);
  if (typeof handler !== 'function') {
    const why = handler === undefined ? 'undefined or not exported' : 'not a function';
    throw new RuntimeError('HandlerNotFound', `${handlerName} is ${why}`);
  }
  if (!hasCallbacks && handler.length >= 3) {
    const message = 'callback-based handlers were removed with nodejs24.x; use an async handler';
    throw new RuntimeError('CallbackHandlerDeprecated', message);
  }
  return handler;
}

// --- invocations ---

class Invocation {
  constructor(frame) {
    this.id = frame.latin1Slice(4, 4 + ID_BYTES);
    this.deadlineMs = Date.now() + Number(frame.readBigUInt64BE(4 + ID_BYTES));
    this.looksFurther = frame[TIMEOUT_END] === 1;
    this.begunMs = performance.now();
    this.taken = false; // the first result wins, even while it waits for the loop to empty
  }

  take() {
    if (this.taken) return false;
    this.taken = true;
    return true;
  }

  answer(value) {
    let text;
    try {
      text = JSON.stringify(value) ?? 'null';
    } catch (error) {
      this.fail(new RuntimeError('JSONStringifyError', `Unable to stringify response: ${error}`));
      return;
    }
    const size = Buffer.byteLength(text);
    if (size > LARGEST_RESPONSE_BYTES) {
      const error = new Error(
        `Response payload size (${size} bytes) exceeded maximum allowed payload size ` +
          `(${LARGEST_RESPONSE_BYTES} bytes).`,
      );
      error.name = 'Function.ResponseSizeTooLarge';
      this.fail(error);
      return;
    }
    this.end('A', text);
  }

  fail(error) {
    endIfOutOfMemory(error);
    const text = JSON.stringify(errorDocument(error));
    log('ERROR', 'Invoke Error', text);
    this.end('E', text);
  }

  end(kind, text) {
    whenEmpty = null;
    const runMs = performance.now() - this.begunMs;
    const frame = this.looksFurther ? takeFromBacklog() : null;
    send(kind, this.id, text, runMs, frame !== null);
    current = null;
    setImmediate(frame === null ? next : goOn, frame);
  }

  // Entry points of the function. Each counts only if it is the first.
  succeed = (value) => {
    if (this.take()) this.answer(value);
  };

  reject = (error) => {
    if (this.take()) this.fail(error);
  };

  done = (error, value) => {
    if (error !== undefined && error !== null) this.reject(error);
    else this.succeed(value);
  };

  callback = (error, value) => {
    if (error !== undefined && error !== null) this.reject(error);
    else if (!this.context.callbackWaitsForEmptyEventLoop) this.succeed(value);
    else if (this.take()) whenEmpty = () => this.answer(value);
  };
}

function contextOf(invocation) {
  const { deadlineMs } = invocation;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: invocation.id,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  if (hasCallbacks) {
    context.done = invocation.done;
    context.succeed = invocation.succeed;
    context.fail = (error) => invocation.reject(error ?? 'handled');
  }
  return context;
}

let handler;
let isAsync = false;

function next() {
  begin(readFrame());
}

function goOn(frame) {
  try {
    writeAll(1, mark);
  } catch {
    // the function has closed its log
  }
  begin(frame);
}

function begin(frame) {
  const invocation = new Invocation(frame);
  current = invocation;
  let event;
  try {
    event = JSON.parse(frame.utf8Slice(HEAD_BYTES, frame.length));
  } catch (error) {
    invocation.reject(new RuntimeError('UnmarshalError', `Unable to read the event: ${error}`));
    return;
  }
  whenEmpty = () => {
    if (!isAsync) {
      invocation.succeed(null);
      return;
    }
    const message = 'the event loop is empty and the promise of the handler is still pending';
    invocation.reject(new RuntimeError('NodeJsExit', message));
  };
  invocation.context = contextOf(invocation);
  try {
    const result = hasCallbacks
      ? handler(event, invocation.context, invocation.callback)
      : handler(event, invocation.context);
    if (typeof result?.then === 'function') {
      result.then(invocation.succeed, invocation.reject);
    } else if (!hasCallbacks) {
      invocation.succeed(result);
    }
  } catch (error) {
    invocation.reject(error);
  }
}

try {
  handler = await load();
  isAsync = handler.constructor?.name === 'AsyncFunction';
} catch (error) {
  endIfOutOfMemory(error);
  log('ERROR', 'Init Error', JSON.stringify(errorDocument(error)));
  send('X', NO_ID, JSON.stringify(errorDocument(error)));
  process.exit(1);
}
send('R', NO_ID, '');
setImmediate(next);
