"use strict";
// The report is complete without this script: it only filters, unfolds, and opens what an address points at.
(function () {
  const form = document.querySelector("form.filters");
  const requirements = Array.from(document.querySelectorAll("article.requirement"), (node) => ({
    node,
    dispositif: node.dataset.dispositif,
    section: node.closest("details.rem").dataset.section,
    verdict: node.dataset.verdict,
    find: node.dataset.find,
    scenarios: Array.from(node.querySelectorAll("details.scenario"), (scenario) => ({
      node: scenario,
      verdict: scenario.dataset.verdict,
      find: scenario.dataset.find,
    })),
  }));
  const groups = Array.from(document.querySelectorAll("details.rem, section.dispositif"));

  function apply() {
    const verdict = form.elements.verdict.value;
    const dispositif = form.elements.dispositif.value;
    const section = form.elements.section.value;
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const r of requirements) {
      let any = false;
      const here = (!dispositif || dispositif === r.dispositif) && (!section || section === r.section);
      for (const s of r.scenarios) {
        const text = r.find + " " + s.find;
        const keep = here && (!verdict || verdict === s.verdict) && words.every((w) => text.includes(w));
        s.node.hidden = !keep;
        any = any || keep;
        shown += keep ? 1 : 0;
      }
      if (!r.scenarios.length) {
        any = here && (!verdict || verdict === r.verdict) && words.every((w) => r.find.includes(w));
      }
      r.node.hidden = !any;
    }
    const asked = verdict || section || words.length;
    for (const group of groups) {
      group.hidden = !group.querySelector("article.requirement:not([hidden])");
      if (asked && !group.hidden && group.tagName === "DETAILS") group.open = true;
    }
    form.querySelector(".count").textContent =
      shown === 0 ? "Aucun scénario ne répond à ce filtre." : shown + (shown > 1 ? " scénarios affichés." : " scénario affiché.");
  }

  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) {
      if (node.hidden) node.hidden = false;
      if (node.tagName === "DETAILS") node.open = true;
    }
    target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const open = event.target.dataset && event.target.dataset.open;
    if (!open) return;
    for (const group of groups) if (group.tagName === "DETAILS" && (!group.hidden || open === "false")) group.open = open === "true";
    for (const r of requirements) {
      for (const s of r.scenarios) if (!s.node.hidden) s.node.open = open === "true";
    }
  });
  addEventListener("hashchange", reveal);
  addEventListener("beforeprint", () => {
    for (const node of document.querySelectorAll("details:not([open])")) {
      node.open = true;
      node.dataset.printed = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const node of document.querySelectorAll("details[data-printed]")) {
      node.open = false;
      delete node.dataset.printed;
    }
  });
  apply();
  reveal();
})();
