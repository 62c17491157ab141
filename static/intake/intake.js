// Conveniences only: everything works without them.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll(".privacy-notice details")) details.open = true;
});

// The square on a receipt carries the query code behind the #, which no server ever sees.
const code = new URLSearchParams(location.hash.slice(1)).get("code");
const field = document.querySelector("[data-lookup] [name$=code]");
if (code && field) {
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
}
