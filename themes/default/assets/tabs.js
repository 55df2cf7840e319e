// Tabs out of panels that stand one below the other (WAI-ARIA tabs pattern). A label chosen once is chosen in every
// group that has it, on this page and the next; an address that leads into a hidden panel opens it.

const KEY = "tabs";
const MOST = 20;

/** Labels chosen before, the latest first. */
let chosen = [];
try {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
  if (Array.isArray(kept)) chosen = kept.filter((label) => typeof label === "string");
} catch {
  // Nothing is remembered.
}

function remember(label) {
  chosen = [label, ...chosen.filter((other) => other !== label)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // Not for the next page, then.
  }
}

/** @type {Map<Element, {tabs: HTMLElement[], panels: HTMLElement[], labels: string[], show: (index: number) => void}>} */
const groups = new Map();

function build(box, number) {
  const panels = [...box.children].filter((child) => child.classList.contains("tab"));
  if (!panels.length) return;
  const list = document.createElement("div");
  list.className = "tab-list";
  list.setAttribute("role", "tablist");
  const labels = panels.map((panel) => panel.querySelector(":scope > .tab-title")?.textContent.trim() ?? "");
  const tabs = panels.map((panel, index) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${number}-${index + 1}`;
    tab.setAttribute("role", "tab");
    tab.textContent = labels[index];
    panel.id ||= `tab-panel-${number}-${index + 1}`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    list.append(tab);
    return tab;
  });
  const show = (index) => {
    tabs.forEach((tab, at) => {
      tab.setAttribute("aria-selected", String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
      // Found by the browser's own search, where it knows how to.
      if (at === index) panels[at].hidden = false;
      else panels[at].setAttribute("hidden", "onbeforematch" in panels[at] ? "until-found" : "");
    });
  };
  const group = { tabs, panels, labels, show };
  groups.set(box, group);
  list.addEventListener("click", (event) => {
    const index = tabs.indexOf(event.target.closest("[role=tab]"));
    if (index >= 0) choose(group, index);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const last = tabs.length - 1;
    const next = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (at < 0 || next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    choose(group, next);
    tabs[next].focus({ preventScroll: true });
  });
  for (const [index, panel] of panels.entries()) panel.addEventListener("beforematch", () => show(index));
  const known = chosen.map((label) => labels.indexOf(label)).find((index) => index >= 0);
  show(known ?? 0);
  panels[0].before(list);
  box.classList.add("ready");
}

/** A reader's choice: shown in every group that has the label, while the one under the finger stays where it is. */
function choose(group, index) {
  const label = group.labels[index];
  const tab = group.tabs[index];
  const before = tab.getBoundingClientRect().top;
  group.show(index);
  for (const other of groups.values()) {
    const same = other.labels.indexOf(label);
    if (other !== group && same >= 0) other.show(same);
  }
  scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
  tab.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  remember(label);
}

/** Opens every panel around the element that the address names. */
function reveal() {
  let id;
  try {
    id = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;
  }
  const target = id && document.getElementById(id);
  let hidden = false;
  for (let panel = target?.closest?.(".tab"); panel; panel = panel.parentElement.closest(".tab")) {
    const group = groups.get(panel.parentElement);
    if (!group || !panel.hasAttribute("hidden")) continue;
    group.show(group.panels.indexOf(panel));
    hidden = true;
  }
  if (hidden) target.scrollIntoView();
}

[...document.querySelectorAll(".tabs")].forEach((box, index) => build(box, index + 1));
reveal();
addEventListener("hashchange", reveal);
// A link to where one is already changes no address.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href*='#']");
  if (link && link.href === location.href) reveal();
});
