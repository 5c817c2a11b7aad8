// An import at work: its figures are fetched anew every two seconds.  When a part of the work is over, the page is loaded anew.
const SECONDS = 2;
const part = () => document.querySelector("[data-progress=on]");

async function look() {
  const old = part();
  if (!old) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "progress" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#progress");
    if (!fresh || fresh.dataset.state !== old.dataset.state) return location.reload();
    // Only what moves: focus and what a screen reader is at stay where they are.
    for (const selector of ["label", "progress"]) {
      const [from, to] = [fresh.querySelector(selector), old.querySelector(selector)];
      to.textContent = from.textContent;
      if (selector === "progress") to.value = from.value;
    }
  } catch {
    // The hub is away for a moment: the next look may reach it.
  }
  setTimeout(look, SECONDS * 1000);
}
setTimeout(look, SECONDS * 1000);
