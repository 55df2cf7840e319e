// What the pages do beyond HTML: theme, code blocks, tabs, contents that follow the reader. All work without it but search.
import "./search.js";

const root = document.documentElement;

// Light, dark, or what the system says.
const toggle = document.querySelector("[data-theme-toggle]");
if (toggle) {
  const label = toggle.getAttribute("aria-label");
  const show = () => {
    const name = toggle.dataset[root.dataset.theme ?? "system"];
    toggle.setAttribute("aria-label", `${label}: ${name}`);
    toggle.title = `${label}: ${name}`;
  };
  toggle.addEventListener("click", () => {
    const next = { undefined: "light", light: "dark", dark: undefined }[root.dataset.theme];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    try {
      if (next) localStorage.setItem("theme", next);
      else localStorage.removeItem("theme");
    } catch {
      // Not remembered, but seen.
    }
    show();
  });
  show();
}

// A link in the drawer to a place on this very page leaves the drawer open; close it.
const sidebar = document.getElementById("sidebar");
sidebar?.addEventListener("click", (event) => {
  if (event.target.closest("a") && sidebar.matches(":popover-open")) sidebar.hidePopover();
});

// The current page may lie far down the list.
const current = sidebar?.querySelector('[aria-current="page"]');
if (current && sidebar.scrollHeight > sidebar.clientHeight) {
  sidebar.scrollTop = current.offsetTop - sidebar.clientHeight / 3;
}

// What only some pages have.
if (document.querySelector(".body pre")) import("./code-blocks.js");
if (document.querySelector(".tabs")) import("./tabs.js").catch(() => root.classList.add("no-tabs"));

// What scrolls sideways is reached with the keyboard, in browsers that do not see to it themselves.
const scrollers = document.querySelectorAll(".body .table-scroll");
const reach = () => {
  for (const box of scrollers) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
reach();
addEventListener("resize", reach);

// The contents follow the reader.
const toc = document.querySelector(".toc");
if (toc) {
  const wide = matchMedia("(min-width: 75rem)");
  const details = toc.querySelector("details");
  const fit = () => (details.open = wide.matches);
  wide.addEventListener("change", fit);
  fit();
  const links = new Map();
  for (const link of toc.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const headings = [...links.keys()];
  let marked;
  const mark = () => {
    const line = innerHeight * 0.2;
    let here = headings[0];
    for (const heading of headings) {
      if (heading.closest("[hidden]")) continue;
      if (heading.getBoundingClientRect().top > line) break;
      here = heading;
    }
    if (here === marked) return;
    links.get(marked)?.removeAttribute("aria-current");
    const link = links.get(here);
    link?.setAttribute("aria-current", "true");
    if (link && wide.matches) {
      const box = toc.getBoundingClientRect();
      const { top, bottom } = link.getBoundingClientRect();
      if (top < box.top || bottom > box.bottom) toc.scrollTop += top - box.top - box.height / 3;
    }
    marked = here;
  };
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later, { passive: true });
  mark();
}
