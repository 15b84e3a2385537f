// Says what arrives while the page is open. Without this script nothing is lost: the next page shows it.
const place = document.querySelector("[data-live]");

if (place && "EventSource" in window) {
  const stream = new EventSource("/live");
  stream.addEventListener("hello", () => place.classList.add("is-on"));
  stream.addEventListener("error", () => place.classList.remove("is-on"));
  stream.addEventListener("news", (event) => {
    const news = JSON.parse(event.data);
    const line = document.createElement("p");
    line.textContent = `${news.text} `;
    const link = document.createElement("a");
    link.href = `/transactions/${encodeURIComponent(news.id)}`;
    link.textContent = "Show it";
    line.append(link);
    place.prepend(line);
    while (place.childElementCount > 3) place.lastElementChild.remove();
  });
  addEventListener("pagehide", () => stream.close());
}
