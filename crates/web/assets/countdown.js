// Counts down what the server already wrote as text; announces only the marks that matter.
const MARKS = [300, 60, 0];

for (const timer of document.querySelectorAll("[data-seconds-left]")) {
  const { minutes, seconds, wrap, ended } = timer.dataset;
  const end = performance.now() + Number(timer.dataset.secondsLeft) * 1000;
  const voice = document.getElementById(timer.dataset.voice);
  let lastMark = MARKS.find((mark) => mark < Number(timer.dataset.secondsLeft));

  const words = (left) => {
    const pattern = left >= 60 ? minutes : seconds;
    const rest = left >= 60 ? String(left % 60).padStart(2, "0") : String(left);
    return wrap.replace("%t", pattern.replace("%m", Math.floor(left / 60)).replace("%s", rest));
  };
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    if (left < 3600) timer.textContent = left > 0 ? words(left) : ended;
    if (voice && lastMark !== undefined && left <= lastMark) {
      voice.textContent = timer.textContent;
      lastMark = MARKS.find((mark) => mark < left);
    }
    if (left === 0) {
      clearInterval(running);
      timer.dispatchEvent(new CustomEvent("countdown-ended", { bubbles: true }));
    }
  };
  const running = setInterval(tick, 1000);
  // A laptop that slept catches up at once.
  document.addEventListener("visibilitychange", tick);
}
