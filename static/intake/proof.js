// The browser's calculation takes the place of the question, as long as it works.
import "../vendor/altcha-3.2.2/altcha.min.js";
import "../vendor/altcha-3.2.2/zh-cn.js";
import "../vendor/altcha-3.2.2/en.js";

const worker = new URL("../vendor/altcha-3.2.2/pbkdf2.js", import.meta.url);
$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));

function replaceQuestion(answer) {
  const question = answer.closest("[id^=div_id_]") ?? answer.parentElement;
  const widget = document.createElement("altcha-widget");
  widget.setAttribute("challenge", answer.dataset.proofChallenge);
  widget.setAttribute("language", answer.dataset.proofLanguage);
  widget.setAttribute("name", "proof");
  widget.setAttribute("auto", "onfocus");
  // How somebody moves and types is nobody's business; and no link leads away from here.
  widget.setAttribute("configuration", JSON.stringify({
    humanInteractionSignature: false, hideLogo: true, hideFooter: true,
  }));
  widget.className = "d-block mb-3";
  widget.addEventListener("statechange", ({ detail }) => {
    if (detail.state !== "error") return;
    question.hidden = false;
    widget.remove();
  });
  question.before(widget);
  question.hidden = true;
}

// Without HTTPS a browser offers no cryptography: then the question stays.
if (isSecureContext && crypto.subtle) {
  document.querySelectorAll("[data-proof-challenge]").forEach(replaceQuestion);
}
