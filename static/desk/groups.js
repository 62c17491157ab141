// Shows how far the reading of the opinions is; without this file the page is loaded again by hand.
(() => {
  "use strict";
  const run = document.querySelector("[data-run]");
  if (!run) return;
  const look = async () => {
    let said;
    try {
      said = await (await fetch(run.dataset.run, { headers: { Accept: "application/json" } })).json();
    } catch {
      setTimeout(look, 5000);
      return;
    }
    if (said.over) { location.reload(); return; }
    run.querySelector("[data-run-state]").textContent = said.label;
    const bar = run.querySelector("[data-run-progress]");
    const stage = run.querySelector("[data-run-stage]");
    if (bar) { bar.max = said.total || 1; bar.value = said.done; }
    if (stage) stage.textContent = said.total ? `${said.stage} ${said.done} / ${said.total}` : said.stage;
    setTimeout(look, 1500);
  };
  setTimeout(look, 1000);
})();
