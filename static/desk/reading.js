// Reading mode without the mouse. Comfort only: every form works without this file.
(() => {
  "use strict";
  const form = document.querySelector("form[data-reading]");
  const reason = form && form.querySelector("textarea[name$=reason]");
  const choices = form ? [...form.querySelectorAll("input[type=radio][name$=verdict]")] : [];
  const named = choices.filter((choice) => choice.value);
  const typing = (element) => element && element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable=true]");

  const write = (link) => {
    if (!reason) return;
    reason.value = reason.value.trim() ? `${reason.value.trim()}\n${link.dataset.wording}` : link.dataset.wording;
    reason.dispatchEvent(new Event("input", { bubbles: true }));
    const choice = choices.find((each) => each.value === link.dataset.verdict);
    if (choice && !choices.some((each) => each.checked && each.value)) choice.checked = true;
    reason.focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-wording]");
    if (!link || !reason) return;
    event.preventDefault();
    write(link);
  });

  const jump = (key) => {
    const target = document.querySelector(`details[data-jump="${key}"]`);
    const field = target && target.querySelector("select, textarea, input:not([type=hidden])");
    if (!field) return false;
    target.open = true;
    target.scrollIntoView({ block: "center" });
    field.focus();
    return true;
  };

  const open = (selector) => {
    const details = document.querySelector(selector);
    if (!details) return false;
    details.open = !details.open;
    const first = details.open && details.querySelector("a, textarea, input:not([type=hidden])");
    if (first) first.focus();
    return true;
  };

  const press = (key) => {
    if (/^[1-9]$/.test(key) && named[key - 1]) {
      named[key - 1].checked = true;
      named[key - 1].focus();
      return true;
    }
    if (key === "r" && reason) { reason.focus(); return true; }
    if (key === "w") return open(".desk-wordings");
    if (key === "?") return open(".desk-keys details");
    if (key === "s") {
      const button = form && (form.querySelector("[data-save-next]") || form.querySelector("button[type=submit]"));
      if (button) button.click();
      return Boolean(button);
    }
    const link = document.querySelector(`a[data-key="${key}"]`);
    if (link) { link.click(); return true; }
    return jump(key);
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (event.key === "Enter" && event.ctrlKey && form && form.contains(event.target)) {
      event.preventDefault();
      press("s");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (press(event.key)) event.preventDefault();
  });
})();
