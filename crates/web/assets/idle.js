// Warns before a session ends for want of use, and offers to stay. The server decides; this only asks it.
const dialog = document.querySelector("[data-idle-left]");
const warnBefore = Number(dialog?.dataset.idleWarn) * 1000;
let end = performance.now() + Number(dialog?.dataset.idleLeft) * 1000;
let timer;

function plan() {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(0, end - warnBefore - performance.now()));
}

async function look() {
  // Another tab may have been in use: ask before interrupting.
  const left = await secondsLeft("GET");
  if (left === undefined) { timer = setTimeout(look, 5000); return; }
  end = performance.now() + left * 1000;
  if (left <= 0) return location.assign(dialog.dataset.endedUrl);
  if (left * 1000 > warnBefore) { if (dialog.open) dialog.close("elsewhere"); return plan(); }
  if (!dialog.open) { dialog.returnValue = ""; dialog.showModal(); }
  timer = setTimeout(look, Math.min(left * 1000 + 500, 15000));
}

async function secondsLeft(method) {
  const body = method === "POST" ? new URLSearchParams({ csrf: dialog.dataset.csrf }) : undefined;
  try {
    const answer = await fetch(dialog.dataset.sessionUrl, { method, body, cache: "no-store", headers: { accept: "application/json" } });
    if (answer.status === 401) return 0;
    return answer.ok ? (await answer.json()).idle_seconds_left : undefined;
  } catch {
    return undefined;
  }
}

if (dialog) {
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue === "elsewhere") return;
    const left = await secondsLeft("POST");
    if (left === 0) return location.assign(dialog.dataset.endedUrl);
    if (left !== undefined) end = performance.now() + left * 1000;
    plan();
  });
  plan();
}
