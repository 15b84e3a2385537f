// Says whether the ID is free while it is typed, and lets a suggestion be taken with one press.
const field = document.querySelector("[data-availability-url]");
const state = document.getElementById("user-id-state");
const chips = document.querySelector("[data-suggestions]");
let pending;
let asked = "";

const take = (name) => { field.value = name; field.focus(); check(); };

async function check() {
  const name = field.value.trim();
  if (name === asked) return;
  asked = name;
  if (name === "") { state.textContent = ""; return; }
  const body = new URLSearchParams({ user_id: name, csrf: field.form.elements.csrf.value });
  try {
    const answer = await fetch(field.dataset.availabilityUrl, { method: "POST", body, headers: { accept: "application/json" } });
    // Too many questions, or no answer: the form itself will tell.
    if (!answer.ok || asked !== name) { if (asked === name) state.textContent = ""; return; }
    const { free, words, suggestions } = await answer.json();
    state.className = free ? "field__ok" : "field__error";
    state.textContent = words;
    if (chips && suggestions?.length) chips.replaceChildren(...suggestions.map(chip));
  } catch {
    state.textContent = "";
  }
}

function chip(name) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = name;
  item.append(button);
  return item;
}

if (field) {
  field.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(check, 500); });
  field.addEventListener("change", check);
  chips?.addEventListener("click", (event) => {
    const button = event.target.closest(".chip");
    if (!button) return;
    // Without this script the button sends its form, and the page comes back with the name filled in.
    event.preventDefault();
    take(button.value || button.textContent);
  });
}
