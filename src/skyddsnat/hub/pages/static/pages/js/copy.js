// <button type="button" hidden data-copy="id-of-element" data-copied="Copied">: shown only where a script can copy.
const live = document.getElementById("live");
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    if (live) live.textContent = button.dataset.copied;
    const text = button.querySelector("[data-label]") ?? button;
    const before = text.textContent;
    text.textContent = button.dataset.copied;
    setTimeout(() => { text.textContent = before; }, 2000);
  });
}
