// Asks how far the mail with the code has come, until it has failed or has expired: what was handed over may come back.
const INTERVALS = [1000, 1000, 2000, 3000, 5000, 10000];
const place = document.querySelector("[data-delivery-url]");

const wait = (turn) => setTimeout(() => ask(turn), INTERVALS[Math.min(turn, INTERVALS.length - 1)]);

async function ask(turn) {
  if (document.hidden) return wait(turn);
  try {
    const answer = await fetch(place.dataset.deliveryUrl, { headers: { accept: "application/json" }, cache: "no-store" });
    // 404 and 410: the code is gone; the page itself says what to do next.
    if (answer.status === 404 || answer.status === 410) return;
    if (answer.ok) {
      const { state, words, final } = await answer.json();
      const line = place.querySelector(".state");
      if (line.textContent !== words) {
        line.textContent = words;
        line.className = `state state--${state}`;
      }
      if (final) return;
    }
  } catch {
    // Offline for a moment: the next turn asks again.
  }
  wait(turn + 1);
}

if (place && place.dataset.deliveryFinal === undefined) wait(0);
