// Tells how strong a password is. The server judges, with the list and the rules that also decide in the end.
const field = document.querySelector("[data-strength-url]");
const panel = document.querySelector("[data-strength]");
let pending;
let turn = 0;

async function judge() {
  const mine = ++turn;
  if (field.value === "") { panel.hidden = true; return; }
  const form = field.form;
  const body = new URLSearchParams({
    password: field.value,
    user_id: form.elements.user_id?.value ?? "",
    csrf: form.elements.csrf.value,
  });
  try {
    const answer = await fetch(field.dataset.strengthUrl, { method: "POST", body, headers: { accept: "application/json" } });
    if (!answer.ok || mine !== turn) return;
    const { score, words } = await answer.json();
    const meter = panel.querySelector("meter");
    meter.value = score;
    meter.textContent = meter.dataset.words.replace("%n", score);
    panel.querySelector("[role=status]").textContent = words;
    panel.hidden = false;
  } catch {
    panel.hidden = true;
  }
}

field?.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(judge, 400); });
