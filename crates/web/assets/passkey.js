// Passkeys: asks the portal for a ceremony, the browser for an answer, and sends it with the form of the page.
const REMEMBERED = "vestibule-passkey";
let pending = new AbortController();

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function readOptions({ publicKey }) {
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: decode(one.id) }));
  const options = { ...publicKey, challenge: decode(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: decode(publicKey.user.id) };
  if (publicKey.excludeCredentials) options.excludeCredentials = known(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) options.allowCredentials = known(publicKey.allowCredentials);
  return options;
}

function writeAnswer({ id, rawId, type, response }) {
  const told = { clientDataJSON: encode(response.clientDataJSON) };
  if (response.attestationObject) {
    told.attestationObject = encode(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = encode(response.authenticatorData);
    told.signature = encode(response.signature);
    told.userHandle = response.userHandle?.byteLength ? encode(response.userHandle) : null;
  }
  return JSON.stringify({ id, rawId: encode(rawId), type, response: told, clientExtensionResults: {} });
}

/** What the portal says of the security code, at its field. */
function tellProblem(code, words) {
  const id = `${code.id}-error`;
  let place = document.getElementById(id);
  if (!place) {
    place = document.createElement("p");
    place.className = "field__error";
    place.id = id;
    code.before(place);
    code.setAttribute("aria-describedby", `${code.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
  place.textContent = words;
  code.setAttribute("aria-invalid", "true");
  code.closest(".field").classList.add("field--error");
  code.focus();
}

/** The ceremony that the portal begins; nothing when another page has to come first. */
async function begin(form) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  const code = form.elements.security_code;
  if (code) body.set("security_code", code.value);
  const answer = await fetch(form.dataset.passkeyBegin, { method: "POST", body, headers: { accept: "application/json" } });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  if (code && told.problem) return tellProblem(code, told.problem);
  location.assign(told.confirm ?? told.to ?? location.pathname);
}

async function ask(form, mediation) {
  pending.abort();
  const mine = new AbortController();
  pending = mine;
  const begun = await begin(form);
  if (!begun) return;
  const publicKey = readOptions(begun.options);
  const { signal } = mine;
  const credential = form.dataset.passkeyKind === "create"
    ? await navigator.credentials.create({ publicKey, signal })
    : await navigator.credentials.get({ publicKey, signal, ...(mediation && { mediation }) });
  form.elements.ceremony.value = begun.ceremony;
  form.elements.credential.value = writeAnswer(credential);
  localStorage.setItem(REMEMBERED, "yes");
  form.requestSubmit();
}

function start(form) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  const told = () => { trouble.hidden = false; trouble.focus(); };
  form.querySelector("[data-passkey-ask]").addEventListener("click", async (event) => {
    // Once there is an answer, the button sends the form.
    if (form.elements.credential.value !== "") return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    trouble.hidden = true;
    try { await ask(form); } catch { told(); }
  });
  form.addEventListener("submit", (event) => {
    if (form.elements.credential.value === "") event.preventDefault();
  });
}

/** Browsers offer a passkey in the field of the name; only where one was used before, so that nobody else causes a ceremony. */
async function fillIn(form) {
  if (form.dataset.passkeyFill === undefined || localStorage.getItem(REMEMBERED) === null) return;
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  try { await ask(form, "conditional"); } catch { /* Another way was taken. */ }
}

for (const form of document.querySelectorAll("[data-passkey-begin]")) {
  if (!window.PublicKeyCredential) break;
  for (const part of form.querySelectorAll("[data-passkey-shown]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = true;
  start(form);
  fillIn(form);
}
