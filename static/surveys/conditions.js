// A convenience only: the server ignores what does not apply, whatever was typed there.

const form = document.querySelector("form:has(.question)");

function chosen(name) {
  const inputs = form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`);
  return [...inputs].filter((input) => !input.closest(".question").hidden).map((input) => input.value);
}

function show() {
  // In their order: a condition points backwards only, so one pass is enough.
  for (const question of form.querySelectorAll("[data-shown-when]")) {
    const wanted = question.dataset.shownFor.split(" ");
    question.hidden = !chosen(question.dataset.shownWhen).some((value) => wanted.includes(value));
  }
}

if (form) {
  for (const note of form.querySelectorAll("[data-condition-note]")) note.hidden = true;
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}
