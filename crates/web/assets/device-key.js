// The key of a Trusted Device. It is made here, cannot be exported, and stays in this browser; the portal knows its public
// half and asks for a signature at each login. Whatever goes wrong, the form is sent as it is: a code is asked for then.
const DATABASE = "vestibule";
const STORE = "device-keys";
const MOST = 10;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const DIGEST = { name: "ECDSA", hash: "SHA-256" };
/** Nobody waits longer for a key than this. */
const PATIENCE = 2000;
/** A page that was open for longer asks for a new challenge; the portal takes one for ten minutes. */
const STALE = 5 * 60 * 1000;
/** The key that this window offered last: a mistyped code makes no second one. */
const OFFERED = "vestibule-offered-key";

const opened = Date.now();

const result = (request) => new Promise((resolve, reject) => {
  request.addEventListener("success", () => resolve(request.result));
  request.addEventListener("error", () => reject(request.error));
});

async function keys(mode) {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "thumbprint" }));
  return (await result(request)).transaction(STORE, mode).objectStore(STORE);
}

const newestFirst = async () => (await result((await keys("readonly")).getAll())).sort((a, b) => b.made - a.made);

function base64url(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Makes a key, keeps it, and forgets the oldest beyond the most; gives its public half. */
async function makeKey() {
  const offered = sessionStorage.getItem(OFFERED);
  const before = (await newestFirst()).find(({ thumbprint }) => thumbprint === offered);
  if (before) return before.shown;
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  const thumbprint = base64url(await crypto.subtle.digest("SHA-256", raw));
  const shown = base64url(raw);
  await result((await keys("readwrite")).put({ thumbprint, shown, key: pair.privateKey, made: Date.now() }));
  for (const old of (await newestFirst()).slice(MOST)) await result((await keys("readwrite")).delete(old.thumbprint));
  sessionStorage.setItem(OFFERED, thumbprint);
  return shown;
}

/** The challenge signed with every key that this browser has. */
async function sign(challenge) {
  const message = new TextEncoder().encode(`vestibule-device-v1|${location.origin}|${challenge}`);
  const signed = (await newestFirst()).slice(0, MOST).map(async ({ thumbprint, key }) =>
    `${thumbprint}.${base64url(await crypto.subtle.sign(DIGEST, key, message))}`);
  return (await Promise.all(signed)).join(",");
}

async function offerKey(form) {
  if (form.elements.remember_device?.checked) form.elements.device_key.value = await makeKey();
}

async function answerChallenge(form) {
  const { device_challenge: challenge, device_proofs: proofs } = form.elements;
  if (Date.now() - opened > STALE && (await newestFirst()).length > 0) {
    const answer = await fetch("/login/challenge", { headers: { accept: "application/json" }, cache: "no-store" });
    if (answer.ok) challenge.value = (await answer.json()).challenge;
  }
  proofs.value = await sign(challenge.value);
}

/** Does `work` before the form goes, and sends it whatever comes of that. */
function before(form, work) {
  let working = false;
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (working) return;
    working = true;
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
    await Promise.race([work(form).catch(() => {}), late]);
    form.submit();
  });
  // Back from the next page, the form can be sent again.
  addEventListener("pageshow", () => { working = false; });
}

for (const field of document.querySelectorAll("input[name=device_key]")) {
  before(field.form, offerKey);
  // Where policy asks for a key, the box is offered only to browsers that can make one.
  if (globalThis.crypto?.subtle && globalThis.indexedDB) {
    for (const box of field.form.querySelectorAll("[data-needs-key]")) box.hidden = false;
  }
}
for (const field of document.querySelectorAll("input[name=device_proofs]")) {
  sessionStorage.removeItem(OFFERED);
  before(field.form, answerChallenge);
}
