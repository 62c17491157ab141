// Comfort only: every page works without this file. Runs in the head, so that the chosen text size
// is there before the first line is painted; nothing leaves the reader's device.
(() => {
  "use strict";
  const root = document.documentElement;
  const KEY = "text-size";
  root.classList.add("js");

  const remembered = () => {
    try { return localStorage.getItem(KEY) || ""; } catch { return ""; }
  };
  const remember = (size) => {
    try { localStorage.setItem(KEY, size); } catch { /* private mode: holds for this page */ }
  };
  const show = (size) => {
    if (size) root.dataset.textSize = size; else delete root.dataset.textSize;
    for (const button of document.querySelectorAll("[data-set-text-size]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTextSize === size));
    }
    for (const button of document.querySelectorAll("[data-senior]")) {
      button.textContent = size === "largest" ? button.dataset.leave : button.dataset.enter;
    }
  };
  const choose = (size) => { remember(size); show(size); };
  show(remembered());

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copyFrom);
    const text = source ? source.textContent.trim() : location.href;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset.copied;
    } catch {
      if (source) getSelection().selectAllChildren(source);
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("setTextSize" in button.dataset) choose(button.dataset.setTextSize);
    else if ("senior" in button.dataset) {
      choose(root.dataset.textSize === "largest" ? "" : "largest");
    } else if ("print" in button.dataset) print();
    else if ("copied" in button.dataset) copy(button);
  });

  document.addEventListener("DOMContentLoaded", () => {
    show(remembered());
    const summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
  });
})();
