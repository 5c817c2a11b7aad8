// form[data-auto-submit]: a changed choice applies at once; text fields wait for Enter, so that nothing moves while typing.
for (const form of document.querySelectorAll("form[data-auto-submit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
}
