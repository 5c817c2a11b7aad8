// Rows that can be chosen (table[data-rows]) and the bar of acts on the chosen ones (form[data-bulk]).  Works without: then the
// boxes and the bar are a plain form.  Keys come from pages/js/shortcuts.js, which keeps them away from fields and from who has
// switched them off.
const table = document.querySelector("table[data-rows]");
const bar = document.querySelector("form[data-bulk]");

if (table && bar) {
  const boxes = [...table.querySelectorAll("input[name=row]:not(:disabled)")];
  const links = [...table.querySelectorAll(".row-main")];
  const count = bar.querySelector("[data-count]");
  const whole = bar.querySelector("[data-whole]");
  const all = table.querySelector("[data-choose-all]");
  const chosen = () => boxes.filter((box) => box.checked);
  let last = null;

  const words = (n) => (n === 0 ? count.dataset.none : n === 1 ? count.dataset.one : count.dataset.many.replace("{n}", n));

  function refresh() {
    const n = chosen().length;
    const every = n > 0 && n === boxes.length;
    const beyond = whole?.querySelector("input");
    if (whole) whole.hidden = !every;
    if (beyond && !every) beyond.checked = false;
    count.textContent = beyond?.checked ? whole.textContent.trim() : words(n);
    bar.toggleAttribute("data-some", n > 0);
    for (const button of bar.querySelectorAll("[data-needs]")) button.disabled = n === 0 || (beyond?.checked && "page" in button.dataset);
    const box = all.querySelector("input");
    box.checked = every;
    box.indeterminate = n > 0 && !every;
    for (const one of boxes) one.closest("tr").classList.toggle("is-chosen", one.checked);
  }

  function chooseAll(yes) {
    for (const box of boxes) box.checked = yes;
    refresh();
  }

  table.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=row]");
    if (!box) return;
    if (event.shiftKey && last && last !== box) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    refresh();
  });
  table.addEventListener("keydown", (event) => {
    // Enter in a box would send the whole form by its first button.
    if (event.key === "Enter" && event.target.matches("input[type=checkbox]")) event.preventDefault();
  });
  all.querySelector("input").addEventListener("change", (event) => chooseAll(event.target.checked));
  bar.addEventListener("change", refresh);

  const at = () => links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const go = (index) => {
    const link = links[Math.max(0, Math.min(links.length - 1, index))];
    link?.focus();
    link?.closest("tr").scrollIntoView({ block: "nearest" });
  };
  const choose = () => {
    const box = links[at()]?.closest("tr").querySelector("input[name=row]:not(:disabled)");
    if (!box) return;
    box.checked = !box.checked;
    last = box;
    refresh();
  };
  const keys = {
    j: () => go(at() + 1),
    k: () => go(at() < 0 ? 0 : at() - 1),
    o: () => links[at()]?.click(),
    x: choose,
    X: () => chooseAll(chosen().length < boxes.length),
  };
  document.addEventListener("shortcut", (event) => {
    const act = keys[event.detail];
    if (!act) return;
    event.preventDefault();
    act();
  });

  all.hidden = false;
  table.querySelector("[data-choose-word]").hidden = true;
  if (location.hash.startsWith("#s-")) document.getElementById(location.hash.slice(1))?.querySelector(".row-main")?.focus();
  refresh();
}
