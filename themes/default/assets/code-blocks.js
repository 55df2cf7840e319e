// Code blocks: a button that copies the code alone, one that wraps long lines, and a name for what scrolls sideways.

const root = document.documentElement;
const { copy = "복사", copied = "복사됨" } = root.dataset;
const words = root.lang.startsWith("en")
  ? { wrap: "Wrap", code: "Code", done: "Copied.", failed: "Not copied. The code is selected: press Ctrl+C." }
  : { wrap: "줄바꿈", code: "코드", done: "복사했습니다.", failed: "복사하지 못했습니다. 선택해 두었으니 Ctrl+C를 누르세요." };

const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.body.append(status);

/** Says `text` to screen readers, also when it is the same as before. */
function announce(text) {
  status.textContent = "";
  setTimeout(() => (status.textContent = text), 50);
}

/** The code as one wants to paste it: no prompts and no output where there are prompts, no lines that were taken out. */
function codeOf(block) {
  const code = (block.querySelector("code") ?? block).cloneNode(true);
  const prompts = code.querySelectorAll(".prompt");
  const gone = new Set(code.querySelectorAll("del.line"));
  if (prompts.length) {
    for (const output of code.querySelectorAll(".output")) gone.add(output.closest(".line") ?? output);
  }
  for (const line of gone) {
    const after = line.nextSibling;
    if (after?.nodeType === Node.TEXT_NODE && after.data.startsWith("\n")) after.data = after.data.slice(1);
    line.remove();
  }
  for (const prompt of prompts) prompt.remove();
  return code.textContent;
}

/** Copies by way of the clipboard, or of a selection where a page may not use it (plain HTTP). */
async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    const before = document.activeElement;
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus({ preventScroll: true });
    return done;
  }
}

function button(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", () => act(button));
  return button;
}

const fits = new ResizeObserver((entries) => {
  for (const { target: block } of entries) reach(block);
});

/** What scrolls is reached with the keyboard and has a name; only there is wrapping offered. */
function reach(block) {
  const scrolls = block.scrollWidth > block.clientWidth + 1;
  const box = block.parentElement;
  const wrap = box.querySelector(":scope > .code-tools > .wrap-button");
  if (wrap) wrap.hidden = !scrolls && !box.classList.contains("wrap");
  if (scrolls) {
    block.tabIndex = 0;
    block.setAttribute("role", "region");
    block.setAttribute("aria-label", box.querySelector("figcaption")?.textContent || box.dataset.lang || words.code);
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) block.removeAttribute(name);
  }
}

for (const block of document.querySelectorAll(".body pre")) {
  let box = block.closest("figure.code");
  if (!box) {
    box = document.createElement("div");
    box.className = "code-holder";
    block.replaceWith(box);
    box.append(block);
  }
  const tools = document.createElement("div");
  tools.className = "code-tools";
  const wrap = button(words.wrap, () => {
    const on = box.classList.toggle("wrap");
    wrap.setAttribute("aria-pressed", String(on));
    reach(block);
  });
  wrap.className = "wrap-button";
  wrap.setAttribute("aria-pressed", String(box.classList.contains("wrap")));
  const copier = button(copy, async () => {
    const done = await write(codeOf(block));
    announce(done ? words.done : words.failed);
    if (done) {
      copier.textContent = copied;
      setTimeout(() => (copier.textContent = copy), 2000);
    } else {
      getSelection().selectAllChildren(block);
    }
  });
  copier.className = "copy";
  tools.append(wrap, copier);
  box.append(tools);
  fits.observe(block);
  reach(block);
}
