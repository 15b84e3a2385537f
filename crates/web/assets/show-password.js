// "Show password": a real checkbox, offered only where a script can obey it.
for (const box of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(box.dataset.shows);
  if (!field) continue;
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.checked = false;
  const apply = () => { field.type = box.checked ? "text" : "password"; };
  box.addEventListener("change", apply);
  // Hidden again before sending, so that browsers do not keep a secret among typed words.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}
