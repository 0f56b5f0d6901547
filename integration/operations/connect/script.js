/**
 * Crescendo: answers at once.
 *
 * With this script Crescendo hears within seconds that somebody has answered this form. It changes nothing in the
 * form, and the people who answer notice nothing. You need to type nothing.
 *
 * TO PUT IT IN
 *   1. Open the form as you edit it. At the top right choose the three dots ⋮, then Apps Script (or Script editor).
 *   2. Delete what stands there, paste this whole text, and save it (the little disk).
 *      If there is a script already that you need, choose + beside “Files” instead, then “Script”, and paste it there.
 *   3. In the list of functions beside “Debug” choose “connect”, and press “Run”.
 *   4. Google asks whether the script may see this form, send to another service, and run while you are away: choose
 *      your account, tick every box, and allow it. If Google says that it has not verified the app: it is your own copy
 *      of this text. Choose “Advanced”, then “Go to …”. If it says that your administrator has blocked it, send them
 *      the last lines of this text.
 *
 * TO SEE THAT IT WORKS
 *   The execution log (a box that opens below the script) says “Connected”. If it does not, it says what is wrong and what to do.
 *   You can press “Run” as often as you like.
 *
 * TO TAKE IT AWAY AGAIN
 *   Choose “disconnect” in the list of functions, press “Run”, then delete this text.
 *
 * GOOD TO KNOW
 *   One person puts it in; it then runs in that person's name, as long as they may edit the form. Whoever may edit the
 *   form can read the secret further down, after “secret”, and with it could send answers in the name of any of your
 *   forms: show it to nobody else.
 *
 * @OnlyCurrentDoc
 */
function connect() {
  const form = FormApp.getActiveForm();
  if (!form) {
    throw new Error(
      'Nothing was changed: this script lies beside no form. Open the form, choose ⋮ and Apps Script, paste it there.'
    );
  }
  if (SERVICE.formId && SERVICE.formId !== form.getId()) {
    throw new Error(
      `Nothing was changed: this script is for the form that Crescendo calls “${SERVICE.form}”, and lies in another ` +
        'one. Delete it here, and paste it into that form.'
    );
  }
  keep_({ form: form.getId(), mark: kept_('mark') || new Date().toISOString() });
  makeTriggers_(form);
  if (!hint_()) {
    keep_({ again: Utilities.getUuid() });
    throw new Error('Not connected yet: the line above says why. It is tried again every ten minutes by itself.');
  }
  console.log(
    read_(form.getId(), new Date().toISOString()).responses
      ? 'Connected. Each answer is sent to Crescendo as it comes.'
      : 'Connected. Crescendo is told as soon as somebody has answered, and then reads the form itself.'
  );
}

/** Takes away the triggers, and all that the script noted. */
function disconnect() {
  for (const trigger of ScriptApp.getProjectTriggers()) {
    if (['answerCame', 'tryAgain'].includes(trigger.getHandlerFunction())) ScriptApp.deleteTrigger(trigger);
  }
  const properties = PropertiesService.getScriptProperties();
  for (const name of Object.keys(properties.getProperties())) {
    if (name.startsWith(RULES.prefix)) properties.deleteProperty(name);
  }
  console.log('Disconnected. Crescendo goes on reading the form by its own timetable.');
}

/** Called by Google when somebody has answered. */
function answerCame() {
  const came = Date.now();
  keep_({ again: Utilities.getUuid() }); // whatever happens from here on, it is tried again
  alone_(() => deliver_(came));
}

/** Called by Google every ten minutes: works while something is to be sent again, and once a day all the same. */
function tryAgain() {
  if (kept_('again') || Date.now() - Number(kept_('looked')) > RULES.day) alone_(() => deliver_(0));
}

const SERVICE = __SERVICE__;

const RULES = {
  formsApi: 'https://forms.googleapis.com/v1/forms/',
  prefix: 'crescendo.',
  overlap: 10 * 60 * 1000, // milliseconds; Google may show an answer late, so that we look back so far
  day: 24 * 60 * 60 * 1000,
  lockWait: 30 * 1000,
  longestRun: 4 * 60 * 1000, // Google ends a run after six minutes
  longestWait: 60 * 60 * 1000,
  shownAfter: 5 * 1000, // an answer is mostly there so long after Google called us
  justNow: 60 * 1000,
  sentAtMost: 600, // so many fit into one property
  refusedAtMost: 200,
  refusals: 3, // after so many a response is passed over
  saveEvery: 25,
};

/*
 * What is noted in the script's properties; never an answer.
 *   form     the form's id
 *   mark     everything submitted before this moment was taken by Crescendo
 *   sent     which responses since shortly before the mark were taken too, as the beginnings of digests
 *   refused  how often Crescendo refused a response as malformed, by the same
 *   again    something is to be sent, or looked for, again; another text for each time that this was found
 *   owed     Crescendo is still to be told to read the form itself
 *   wait     not before this moment (milliseconds): Crescendo asked for patience
 *   looked   when we looked last
 *   took     when Crescendo took something last
 */

function kept_(name) {
  return PropertiesService.getScriptProperties().getProperty(RULES.prefix + name) || '';
}

function keep_(values) {
  const named = Object.entries(values).map(([name, value]) => [RULES.prefix + name, String(value)]);
  PropertiesService.getScriptProperties().setProperties(Object.fromEntries(named));
}

function drop_(name) {
  PropertiesService.getScriptProperties().deleteProperty(RULES.prefix + name);
}

function makeTriggers_(form) {
  const there = ScriptApp.getProjectTriggers().map((trigger) => trigger.getHandlerFunction());
  if (!there.includes('answerCame')) ScriptApp.newTrigger('answerCame').forForm(form).onFormSubmit().create();
  if (!there.includes('tryAgain')) ScriptApp.newTrigger('tryAgain').timeBased().everyMinutes(10).create();
}

/** Works while nobody else does; where somebody does for long, `again` stands for whoever comes next. */
function alone_(work) {
  const lock = LockService.getScriptLock();
  if (!lock.tryLock(RULES.lockWait)) return;
  try {
    work();
  } finally {
    lock.releaseLock();
  }
}

/** Sends what is to be sent. `came` is when the answer came that woke us (milliseconds), 0 where none did. */
function deliver_(came) {
  const began = Date.now();
  if (began < Number(kept_('wait'))) return;
  if (came && Number(kept_('looked')) > came + RULES.shownAfter) return; // somebody looked after it had come
  const again = kept_('again');
  const since = Date.parse(kept_('mark')) || began;
  const found = read_(kept_('form'), new Date(since - RULES.overlap).toISOString());
  const isDone = found.responses ? forward_(found.responses, began, came) : leaveReading_(found, began);
  if (isDone && kept_('again') === again) drop_('again');
}

/** Asks the Forms API: {responses}, or why it gave none and whether asking again is of no use. */
function read_(formId, since) {
  const responses = [];
  let page = '';
  do {
    const filter = encodeURIComponent(`timestamp >= ${since}`);
    const answer = fetch_(`${RULES.formsApi}${formId}/responses?filter=${filter}${page}`, {
      headers: { Authorization: `Bearer ${ScriptApp.getOAuthToken()}` },
    });
    const status = statusOf_(answer);
    if (status !== 200) return { status, isForGood: status >= 400 && status < 500 && status !== 408 && status !== 429 };
    const body = parsed_(answer.getContentText('UTF-8'));
    if (!body) return { status, isForGood: false };
    for (const response of body.responses || []) responses.push(response);
    page = body.nextPageToken ? `&pageToken=${encodeURIComponent(body.nextPageToken)}` : '';
  } while (page);
  return { responses };
}

/** Tells Crescendo to read the form itself. Returns whether nothing is left to do here. */
function leaveReading_(found, began) {
  console.log(`Google does not give the answers to this script (${found.status}): Crescendo is told to read the form.`);
  if (!hint_()) return false;
  keep_(found.isForGood ? { looked: began, mark: new Date(began).toISOString() } : { looked: began });
  return found.isForGood;
}

/** Sends the responses that Crescendo has not taken yet, the oldest first. Returns whether it has them all. */
function forward_(responses, began, came) {
  keep_({ looked: began });
  const all = responses.map(entry_).sort((one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)));
  const sent = new Set(kept_('sent').split(' '));
  const refused = parsed_(kept_('refused')) || {};
  const waiting = all.filter((each) => !sent.has(each.mark));
  if (came && !waiting.length) return nothingNew_(began);
  for (const each of waiting) {
    if (Date.now() - began > RULES.longestRun) break;
    const status = post_(each.id, 'form.response', each.submitted, each.response);
    if (isTaken_(status)) {
      sent.add(each.mark);
      if (sent.size % RULES.saveEvery === 0) note_(all, sent, refused);
    } else if (status === 400 || status === 413) {
      refused[each.mark] = (refused[each.mark] || 0) + 1; // it must not keep the others back
    } else {
      break;
    }
  }
  passOver_(waiting, sent, refused);
  note_(all, sent, refused);
  if (waiting.some((each) => sent.has(each.mark))) keep_({ took: Date.now() });
  return all.every((each) => sent.has(each.mark)) && (!kept_('owed') || hint_());
}

/** An answer came, and Google shows none that is new: perhaps later, or it is an old one that was edited. */
function nothingNew_(began) {
  // Seconds after an answer Google sometimes calls us a second time, for nothing.
  if (began - Number(kept_('took')) > RULES.justNow) hint_();
  return false;
}

/** Gives up those that were refused too often, once Crescendo knows that it is to read the form itself. */
function passOver_(waiting, sent, refused) {
  const over = waiting.filter((each) => !sent.has(each.mark) && refused[each.mark] >= RULES.refusals);
  if (over.length && hint_()) over.forEach((each) => sent.add(each.mark));
}

function note_(all, sent, refused) {
  const left = all.filter((each) => !sent.has(each.mark));
  const done = all.filter((each) => sent.has(each.mark)).map((each) => each.mark);
  const newest = all.length ? all[all.length - 1].time : '';
  const mark = padded_(kept_('mark'));
  const counts = left.filter((each) => refused[each.mark]).map((each) => [each.mark, refused[each.mark]]);
  keep_({
    mark: left.length ? left[0].time : newest > mark ? newest : mark,
    sent: done.slice(-RULES.sentAtMost).join(' '),
    refused: JSON.stringify(Object.fromEntries(counts.slice(0, RULES.refusedAtMost))),
  });
}

/** An edited response keeps its id, so that the id of what is sent is made of both its id and its time. */
function entry_(response) {
  const submitted = response.lastSubmittedTime || response.createTime || '';
  const both = Utilities.newBlob(`${SERVICE.form} ${response.responseId} ${submitted}`).getBytes();
  const digest = Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, both);
  const id = Utilities.base64EncodeWebSafe(digest).slice(0, 32);
  return { response, submitted, time: padded_(submitted), id, mark: id.slice(0, 12) };
}

/** A moment of Google's with nine digits after the second, so that moments sort as texts. */
function padded_(moment) {
  return moment.replace(/(?:\.(\d+))?Z$/, (_, digits) => `.${(digits || '').padEnd(9, '0')}Z`);
}

/** Tells Crescendo to read the form. Returns whether it took this; where it did not, it is still owed. */
function hint_() {
  keep_({ owed: 'yes' });
  const isTaken = isTaken_(post_(Utilities.getUuid(), 'form.changed', new Date().toISOString()));
  if (isTaken) drop_('owed');
  return isTaken;
}

/** Sends something, signed as Standard Webhooks says. Returns the status of the answer, 0 where there was none. */
function post_(id, type, timestamp, data) {
  const body = JSON.stringify({ type, timestamp, data });
  const now = String(Math.floor(Date.now() / 1000));
  const secret = Utilities.base64Decode(SERVICE.secret.slice('whsec_'.length));
  const signed = Utilities.newBlob(`${id}.${now}.${body}`).getBytes();
  const signature = Utilities.base64Encode(Utilities.computeHmacSha256Signature(signed, secret));
  const answer = fetch_(SERVICE.address, {
    method: 'post',
    contentType: 'application/json',
    payload: Utilities.newBlob(body).getBytes(),
    headers: { 'webhook-id': id, 'webhook-timestamp': now, 'webhook-signature': `v1,${signature}` },
  });
  const status = statusOf_(answer);
  if (status === 429 || status === 503) bePatient_(answer);
  if (!isTaken_(status)) console.error(why_(status));
  return status;
}

function bePatient_(answer) {
  const headers = Object.entries(answer.getHeaders());
  const found = headers.find(([name]) => name.toLowerCase() === 'retry-after');
  const seconds = Number(found && found[1]) || 60;
  keep_({ wait: Date.now() + Math.min(seconds * 1000, RULES.longestWait) });
}

function isTaken_(status) {
  return status >= 200 && status < 300;
}

/** Why Crescendo took nothing, and what to do, in a sentence that may be logged. */
function why_(status) {
  const anew = 'ask the project team for a new script, paste it over this one, and run “connect”.';
  if (status === 401) return `Crescendo does not accept the secret of this script, or its clock is wrong: ${anew}`;
  if (status === 404) return `Crescendo knows no form “${SERVICE.form}” at the address in this script: ${anew}`;
  if (status === 400 || status === 413) return `Crescendo cannot read what was sent (${status}); the others go on.`;
  if (!status) return 'Crescendo cannot be reached at the address in this script; it is tried again by itself.';
  return `Crescendo did not take what was sent (${status}); it is tried again by itself.`;
}

/** Returns the answer; null where there was none. What the error says is left out: nobody knows what stands in it. */
function fetch_(url, options) {
  try {
    return UrlFetchApp.fetch(url, { muteHttpExceptions: true, followRedirects: false, ...options });
  } catch (error) {
    return null;
  }
}

function statusOf_(answer) {
  return answer ? answer.getResponseCode() : 0;
}

/** Returns what a JSON text says; null where it is none. An error of JSON.parse would quote the text. */
function parsed_(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}

/*
 * FOR WHOEVER LOOKS AFTER GOOGLE FOR YOU, if answers are to be sent by the script itself; it works without.
 * Google lets a script read its form's answers as they are in the Forms API only with a Cloud project of your own:
 *   1. Project Settings: change the Google Cloud project to one in which the Google Forms API is switched on.
 *   2. There, tick “Show appsscript.json”, and add to that file, after its first brace:
 *        "oauthScopes": [
 *          "https://www.googleapis.com/auth/forms.currentonly",
 *          "https://www.googleapis.com/auth/forms.responses.readonly",
 *          "https://www.googleapis.com/auth/script.external_request",
 *          "https://www.googleapis.com/auth/script.scriptapp"
 *        ],
 *   3. Run “connect” again. It says which of the two ways it goes.
 */
