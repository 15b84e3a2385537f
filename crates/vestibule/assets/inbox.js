// Shows new mails as they arrive. Without this script the link "Look again" does it.
const parts = ["boxes", "list", "news"];

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  const held = document.activeElement?.getAttribute("href");
  // The open mail is replaced only where the page shows the newest one by itself.
  const wanted = location.pathname === "/" ? [...parts, "mail"] : parts;
  for (const id of wanted) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
  }
  if (held) document.querySelector(`#list a[href="${CSS.escape(held)}"]`)?.focus();
}

const box = document.getElementById("box");
box?.addEventListener("change", () => box.form.requestSubmit());

const stream = new EventSource("/events");
stream.addEventListener("change", refresh);
addEventListener("pagehide", () => stream.close());
