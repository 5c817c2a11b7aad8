// The moment of printing on a page that may have been open for long; without the script it is the moment of opening.
addEventListener("beforeprint", () => {
  const now = new Date();
  const text = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "sv", { dateStyle: "short", timeStyle: "short" }).format(now);
  for (const place of document.querySelectorAll("[data-printed]")) place.textContent = text;
});
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
