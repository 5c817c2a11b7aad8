// What was done to many and still waits ([data-batch]): counts down, then asks the hub to do it and shows what came of it.
// Without this script, or when the page is closed, the hub's clock does it.
const live = document.getElementById("live");

function watch(part) {
  const until = Date.now() + Number(part.dataset.left) * 1000;
  const clock = part.querySelector("[data-countdown]");
  const tick = () => {
    if (!part.isConnected) return;
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) {
      run(part);
      return;
    }
    if (clock) clock.textContent = clock.dataset.text.replace("{n}", left);
    setTimeout(tick, 1000);
  };
  tick();
}

async function run(part) {
  const answer = await fetch(part.dataset.batch, {
    method: "POST",
    headers: { "X-Part": "told" },
    body: new FormData(part.querySelector("form")),
  });
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".told");
  if (!found) return;
  const held = part.contains(document.activeElement);
  part.replaceWith(found);
  if (held) found.focus();
  tell(found);
  if (found.dataset.batch) setTimeout(watch, 300, found);
}

function tell(part) {
  if (live) live.textContent = part.querySelector("p").textContent;
}

for (const part of document.querySelectorAll(".told")) {
  tell(part);
  if (part.dataset.batch) watch(part);
}
