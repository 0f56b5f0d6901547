/*
 * Google Apps Script, as far as our script uses it: each service refuses what the real one would, and what the real one
 * would not even know. Every run of a function begins anew, as with Google; properties, triggers and logs stay,
 * until a test begins with a form of its own.
 *
 * node apps_script.js SCRIPT, then lines of JSON: {"do": …, …} in, {"error": …, …} out.
 */
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const readline = require('readline');
const vm = require('vm');
const { MessageChannel, Worker, receiveMessageOnPort } = require('worker_threads');

const script = new vm.Script(fs.readFileSync(process.argv[2], 'utf8'), { filename: 'script.js' });
const state = {};
const begin = () => Object.assign(state, {
  formId: '', token: '', hosts: {}, properties: {}, triggers: [], log: [], sent: [], faults: [], triggerIds: 0,
  isLocked: false, isDead: false, dieAfter: 0, killAfter: null, meanwhile: '',
});

// One thread speaks HTTP while this one waits, for UrlFetchApp does not know of anything that comes later.
const speaker = new Worker(
  `const { parentPort } = require('worker_threads');
   parentPort.on('message', ({ signal, port, url, method, headers, body }) => {
     const http = require(url.startsWith('https:') ? 'https' : 'http');
     const tell = (found) => { port.postMessage(found); Atomics.store(signal, 0, 1); Atomics.notify(signal, 0); };
     const request = http.request(url, { method, headers, agent: false }, (answer) => {
       const parts = [];
       answer.on('data', (part) => parts.push(part));
       answer.on('end', () => tell({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
       answer.on('error', () => tell({ error: 'cut' }));
     });
     request.on('error', (error) => tell({ error: error.code }));
     request.end(body);
   });`,
  { eval: true }
);
speaker.unref();

function speak(url, method, headers, body) {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  speaker.postMessage({ signal, port: port2, url, method, headers, body }, [port2]);
  Atomics.wait(signal, 0, 0);
  const found = receiveMessageOnPort(port1).message;
  port1.close();
  return found;
}

function refuse(sentence) {
  throw new Error(sentence);
}

function alive() {
  if (state.isDead) refuse('Exceeded maximum execution time');
}

function onlyKnown(options, known) {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length) refuse(`Attribute provided with invalid value: ${unknown}`);
}

// Java's bytes go from -128 to 127; others are refused.
const signed = (buffer) => Array.from(new Int8Array(buffer));
function bytes(value) {
  if (!Array.isArray(value) || !value.every((each) => Number.isInteger(each) && each >= -128 && each <= 127)) {
    refuse('Cannot convert to Byte[].');
  }
  return Buffer.from(Int8Array.from(value).buffer);
}
const bytesOrText = (value) => (typeof value === 'string' ? Buffer.from(value, 'latin1') : bytes(value));

const Utilities = {
  DigestAlgorithm: { SHA_256: 'SHA_256' },
  newBlob: (data) => ({ getBytes: () => signed(typeof data === 'string' ? Buffer.from(data, 'utf8') : bytes(data)) }),
  base64Encode: (data) => bytesOrText(data).toString('base64'),
  base64EncodeWebSafe: (data) => bytesOrText(data).toString('base64').replace(/\+/g, '-').replace(/\//g, '_'),
  base64Decode: (text) => {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) refuse('Could not decode string.');
    return signed(Buffer.from(text, 'base64'));
  },
  computeDigest: (algorithm, data) => {
    if (algorithm !== 'SHA_256') refuse('No such algorithm.');
    return signed(crypto.createHash('sha256').update(bytesOrText(data)).digest());
  },
  computeHmacSha256Signature: (value, key) => {
    if (typeof value !== typeof key) refuse("The parameters don't match the method signature.");
    return signed(crypto.createHmac('sha256', bytesOrText(key)).update(bytesOrText(value)).digest());
  },
  getUuid: () => crypto.randomUUID(),
};

const properties = {
  getProperty: (name) => (alive(), name in state.properties ? state.properties[name] : null),
  getProperties: () => (alive(), { ...state.properties }),
  deleteProperty: (name) => (alive(), delete state.properties[name], properties),
  setProperty: (name, value) => properties.setProperties({ [name]: value }),
  setProperties: (values) => {
    alive();
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== 'string') refuse(`${name} is no text.`);
      if (Buffer.byteLength(name) + Buffer.byteLength(value) > 9 * 1024) refuse('Argument too large: value');
      state.properties[name] = value;
    }
    if (Buffer.byteLength(JSON.stringify(state.properties)) > 500 * 1024) refuse('Exceeded the storage quota.');
    return properties;
  },
};

const LockService = {
  getScriptLock: () => ({
    tryLock: (milliseconds) => {
      alive();
      if (!Number.isInteger(milliseconds)) refuse("The parameters don't match the method signature.");
      if (state.isLocked) return false;
      return (state.isLocked = true);
    },
    releaseLock: () => (alive(), (state.isLocked = false)),
  }),
};

const handlerOf = (made) => ({ getHandlerFunction: () => made.handler, getUniqueId: () => made.id });
function create(handler, kind) {
  alive();
  if (state.triggers.length >= 20) refuse('This script has too many triggers.');
  const made = { handler, kind, id: String((state.triggerIds += 1)) };
  state.triggers.push(made);
  return handlerOf(made);
}
const ScriptApp = {
  getOAuthToken: () => (alive(), state.token),
  getProjectTriggers: () => (alive(), state.triggers.map(handlerOf)),
  deleteTrigger: (trigger) => {
    alive();
    state.triggers = state.triggers.filter((each) => each.id !== trigger.getUniqueId());
  },
  newTrigger: (handler) => ({
    forForm: (form) => {
      if (form.getId() !== state.formId) refuse('There is no such form.');
      return { onFormSubmit: () => ({ create: () => create(handler, 'submit') }) };
    },
    timeBased: () => ({
      everyMinutes: (minutes) => {
        if (![1, 5, 10, 15, 30].includes(minutes)) refuse('The value must be one of 1, 5, 10, 15 or 30');
        return { create: () => create(handler, 'clock') };
      },
    }),
  }),
};

const FormApp = { getActiveForm: () => (alive(), state.formId ? { getId: () => state.formId } : null) };

const FETCH_OPTIONS = ['method', 'contentType', 'payload', 'headers', 'muteHttpExceptions', 'followRedirects'];
const UrlFetchApp = {
  fetch: (url, options = {}) => {
    alive();
    onlyKnown(options, FETCH_OPTIONS);
    const host = Object.keys(state.hosts).find((each) => url.startsWith(`${each}/`)) || refuse(`DNS error: ${url}`);
    if (url.length > 2048 || /[^!-~]/.test(url)) refuse(`Invalid argument: ${url}`);
    const payload = options.payload === undefined ? undefined : bytes(options.payload);
    const headers = { ...options.headers };
    if (payload) Object.assign(headers, { 'Content-Type': options.contentType, 'Content-Length': payload.length });
    const method = (options.method || 'get').toUpperCase();
    const answer = meddled(url, payload) || speak(state.hosts[host] + url.slice(host.length), method, headers, payload);
    alive();
    if (payload) state.sent.push(noted(headers, payload, answer.status || 0));
    // Nobody knows what stands in an error of Google's: here all that was to be sent.
    if (answer.error) refuse(`Address unavailable: ${url} ${payload}`);
    if (answer.status >= 400 && !options.muteHttpExceptions) refuse(`Request failed: ${Buffer.from(answer.body)}`);
    const text = Buffer.from(answer.body).toString('utf8');
    return { getResponseCode: () => answer.status, getHeaders: () => answer.headers, getContentText: () => text };
  },
};

const noted = (headers, payload, status) => ({
  id: headers['webhook-id'], timestamp: headers['webhook-timestamp'], signature: headers['webhook-signature'],
  body: payload.toString('utf8'), status,
});

/** Does what was to happen at this request to our service; returns an answer where it is not to get there. */
function meddled(url, payload) {
  if (!payload) return null;
  if (state.meanwhile) {
    const handler = state.meanwhile;
    state.meanwhile = '';
    run(handler, {});
  }
  if (state.dieAfter && (state.dieAfter -= 1) === 0) {
    state.isDead = true;
    refuse('Exceeded maximum execution time');
  }
  if (state.killAfter && (state.killAfter.requests -= 1) < 0) {
    process.kill(state.killAfter.pid, 'SIGKILL');
    state.killAfter = null;
  }
  const fault = state.faults.shift();
  return fault ? { status: fault.status, headers: fault.headers || {}, body: '' } : null;
}

const note = (...words) => void state.log.push(words.map(String).join(' '));
const console_ = { log: note, info: note, warn: note, error: note };

// Nothing may be asked of the answer in the event: FormApp's ids are not those of the Forms API.
const sealed = new Proxy({}, { get: () => refuse('The answer of FormApp was asked.') });

function run(name, event) {
  const context = vm.createContext({
    FormApp, LockService, PropertiesService: { getScriptProperties: () => properties }, ScriptApp, UrlFetchApp,
    Utilities, Logger: { log: note }, console: console_,
  });
  script.runInContext(context);
  try {
    context[name](event);
  } catch (error) {
    return error.message;
  } finally {
    if (state.isDead) Object.assign(state, { isDead: false, isLocked: false }); // Google frees the lock
  }
  return '';
}

function fire(kind) {
  const event = { authMode: 'FULL', response: sealed, source: sealed, triggerUid: '1' };
  const handlers = state.triggers.filter((each) => each.kind === kind).map((each) => each.handler);
  return handlers.map((handler) => run(handler, kind === 'submit' ? event : {})).filter(Boolean).join('; ');
}

/** Lets time pass for what was noted: moments in milliseconds are put back. */
function pass(milliseconds) {
  for (const [name, value] of Object.entries(state.properties)) {
    if (/^\d{13}$/.test(value)) state.properties[name] = String(Number(value) - milliseconds);
  }
}

const DO = {
  run: ({ name }) => run(name, {}),
  fire: ({ kind }) => fire(kind),
  set: ({ values }) => void Object.assign(state, values),
  pass: ({ seconds }) => pass(seconds * 1000),
  begin: () => void begin(),
};

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const asked = JSON.parse(line);
  const error = DO[asked.do](asked) || '';
  const { properties: kept, triggers, log, sent } = state;
  process.stdout.write(`${JSON.stringify({ error, properties: kept, triggers, log, sent })}\n`);
});
