// @ts-check
// The browser's side of the board page: opens the canvas, and does what must not wait for the server: pressing a tool, typing, opening a
// small panel, dragging a picture out of the history. How the parts speak is told in src/CanvasWeb.Web/Boards/Page/README.md.

import { draftOf, keepDraft } from "./drafts.js";
import { Words } from "./words.js";

/** @typedef {{ invokeMethodAsync(name: string, ...args: unknown[]): Promise<unknown> }} Bridge */

const typingPause_ms = 250;
const rememberKey = "canvasweb.board";
// Where storage is forbidden even to look at it throws: drafts.js expects that of both.
const storage = { getItem: (/** @type {string} */ key) => localStorage.getItem(key), setItem: (/** @type {string} */ key, /** @type {string} */ value) => localStorage.setItem(key, value) };

/**
 * @param {HTMLElement} page The element around canvas and chrome.
 * @param {HTMLElement} root The canvas's own element.
 * @param {Record<string, unknown>} options For openBoard.
 * @param {Bridge} bridge
 */
export async function open(page, root, options, bridge) {
  const { openBoard } = await import("../canvas/board.js");
  options.reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const off = new AbortController();
  const signal = off.signal;
  const seen = watchState(page, bridge, signal);
  const board = await openBoard(root, options, seen.bridge);
  const run = (/** @type {string} */ command, /** @type {unknown} */ args) => board.run(command, args ?? {});

  listenToButtons(page, run, signal);
  const pops = listenToPops(page, signal);
  tellFirst(run, signal);
  const keep = keepDrafts(page, String(options.actor), String(options.boardId), seen.hasFrame, signal);
  const prompt = listenToPrompt(page, run, bridge, keep, signal);
  listenToKeys(page, prompt, pops, seen.isCalm, bridge, signal);
  listenToDrags(page, root, run, signal);
  tellInsets(page, run, signal);

  return {
    run,
    download,
    setPrompt(/** @type {string} */ text, /** @type {number} */ heard, /** @type {boolean} */ isOfFrame) {
      seen.shows(isOfFrame);
      prompt.set(text, heard);
    },
    setPastPrompts: prompt.setPast,
    setTitle: (/** @type {string} */ title) => { document.title = title; },
    // Not on a touch screen: there the focus brings up the keyboard over half of the board.
    invite: () => { if (matchMedia("(pointer: fine)").matches && document.activeElement === document.body) prompt.focus(); },
    remember,
    // On a phone a drawer is a sheet over all of the board: one that was open on the last visit would hide what one came for.
    remembered: () => ({ ...remembered(), ...(matchMedia("(max-width: 640px)").matches && { drawer: undefined }) }),
    destroy() {
      off.abort();
      prompt.stop();
      board.destroy();
    },
  };
}

/** @param {string} url @param {object} body @returns {Promise<null | { type: string, detail?: string }>} Null when the file is there. */
async function download(url, body) {
  try {
    const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      return { type: problem.type ?? String(response.status), detail: problem.detail };
    }
    const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = name ? decodeURIComponent(name) : "board";
    link.click();
    // Some browsers read the file only after the click has been dealt with.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return null;
  } catch {
    return { type: "offline" };
  }
}

function remember(/** @type {Record<string, unknown>} */ what) {
  try {
    localStorage.setItem(rememberKey, JSON.stringify({ ...remembered(), ...what }));
  } catch {
    // Where storage is forbidden or full the next visit begins as the first did.
  }
}

/**
 * What the canvas says passes through here on its way to the server. Without a connection it does not get there: that the board is offline is
 * shown by the browser itself, and the button that needs the server is closed.
 * @param {HTMLElement} page @param {Bridge} bridge @param {AbortSignal} signal
 */
function watchState(page, bridge, signal) {
  /** @type {{ saved?: string, tool?: string, selection?: unknown[], frame?: object | null }} */
  let state = {};
  let hasJoined = false;
  let isOfFrame = false;
  const circuit = document.getElementById("components-reconnect-modal");
  const show = () => {
    hasJoined ||= state.saved !== undefined && state.saved !== "offline";
    const isCut = circuit?.matches(".components-reconnect-show, .components-reconnect-failed, .components-reconnect-rejected") ?? false;
    const isOffline = isCut || !navigator.onLine || hasJoined && state.saved === "offline";
    if (isOffline === page.hasAttribute("data-offline")) return;
    page.toggleAttribute("data-offline", isOffline);
    const button = page.querySelector(".cwb-generate");
    if (!button) return;
    if (isOffline) {
      button.dataset.online = button.getAttribute("aria-disabled") ?? "false";
      button.setAttribute("aria-disabled", "true");
    } else button.setAttribute("aria-disabled", button.dataset.online ?? "false");
  };
  const observer = new MutationObserver(show);
  if (circuit) observer.observe(circuit, { attributes: true, attributeFilter: ["class"] });
  signal.addEventListener("abort", () => observer.disconnect());
  for (const name of ["online", "offline"]) window.addEventListener(name, show, { signal });
  page.addEventListener("submit", event => {
    if (!page.hasAttribute("data-offline") || !event.target.matches?.("[data-prompt-bar]")) return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal, capture: true });
  return {
    /** @type {Bridge} */
    bridge: {
      invokeMethodAsync(name, ...args) {
        if (name === "OnBoardState") {
          state = /** @type {typeof state} */ (args[0]);
          isOfFrame ||= state.frame != null;
          show();
        }
        return bridge.invokeMethodAsync(name, ...args);
      },
    },
    /** Neither a tool nor a selection: nothing on the canvas that Escape would end. */
    isCalm: () => (state.tool ?? "select") === "select" && !state.selection?.length,
    /** The bar shows the settings of a frame: one is selected, or was and the server has not yet given the bar its own words back. */
    hasFrame: () => isOfFrame || state.frame != null,
    shows(/** @type {boolean} */ ofFrame) { isOfFrame = ofFrame; },
  };
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(rememberKey) ?? "{}");
  } catch {
    return {};
  }
}

/** A drawer that lies over all of the board goes, for what is to be seen there. */
function uncover(page) {
  const drawer = page.querySelector("[data-drawer]");
  if (drawer && drawer.getBoundingClientRect().width > page.getBoundingClientRect().width / 2) page.querySelector("[data-drawer-close]")?.click();
}

/** An open drawer covers part of the canvas: new frames, fits, strips and labels keep clear of it. On a phone it covers all, and then nothing helps. */
function tellInsets(page, run, signal) {
  let told = "";
  const tell = () => {
    const drawer = page.querySelector("[data-drawer]")?.getBoundingClientRect();
    const whole = page.getBoundingClientRect();
    const insets = drawer && drawer.width < whole.width / 2 ? { left: 64, top: 56, right: Math.round(whole.right - drawer.left), bottom: 104 } : {};
    if (told === JSON.stringify(insets)) return;
    told = JSON.stringify(insets);
    run("insets", insets);
  };
  const nodes = new MutationObserver(tell);
  nodes.observe(page, { childList: true });
  const size = new ResizeObserver(tell);
  size.observe(page);
  signal.addEventListener("abort", () => { nodes.disconnect(); size.disconnect(); });
}

/** Buttons with data-run tell the canvas themselves; Blazor only draws what came of it. */
function listenToButtons(page, run, signal) {
  page.addEventListener("click", event => {
    const button = event.target.closest?.("[data-run]");
    if (button && !button.disabled) run(button.dataset.run, button.dataset.args ? JSON.parse(button.dataset.args) : {});
  }, { signal });
  page.addEventListener("input", event => {
    const what = event.target.dataset?.brush;
    if (what) run("brush", { [what]: Number(event.target.value) });
  }, { signal });
}

/**
 * The canvas tells its state ten times a second. What a person does in the prompt bar is meant for the frame that is selected by then, so the server
 * hears of the frame first. On the window, as Blazor's own listeners are on the document.
 */
function tellFirst(run, signal) {
  for (const name of ["change", "click", "submit"]) {
    window.addEventListener(name, event => {
      if (event.target.closest?.("[data-prompt-bar]")) run("tell");
    }, { signal, capture: true });
  }
}

/** Small panels over the prompt bar: one open at a time, closed by Escape, by a click elsewhere and by picking something. */
function listenToPops(page, signal) {
  const buttons = () => [...page.querySelectorAll("[data-pop]")];
  const close = (/** @type {boolean} */ giveFocusBack) => {
    let wasOpen = false;
    for (const button of buttons()) {
      const pop = document.getElementById(button.dataset.pop);
      if (!pop || pop.hidden) continue;
      const heldFocus = pop.contains(document.activeElement);
      pop.hidden = true;
      button.setAttribute("aria-expanded", "false");
      if (giveFocusBack && heldFocus) button.focus();
      wasOpen = true;
    }
    return wasOpen;
  };
  page.addEventListener("click", event => {
    const button = event.target.closest?.("[data-pop]");
    if (!button) {
      if (event.target.closest?.("[data-pop-close]")) close(false);
      return;
    }
    const pop = document.getElementById(button.dataset.pop);
    const opens = pop.hidden;
    close(false);
    if (!opens) return;
    pop.hidden = false;
    button.setAttribute("aria-expanded", "true");
    [...pop.querySelectorAll(":is(button, input, select, textarea):not(:disabled)")].find(control => control.checkVisibility())?.focus({ preventScroll: true });
  }, { signal });
  document.addEventListener("pointerdown", event => {
    if (!event.target.closest?.(".cwb-pop, [data-pop]")) close(false);
  }, { signal, capture: true });
  return { close };
}

/**
 * What stands in the bar without a frame outlives the page. It goes back into the bar before anything listens to the words; of the count the
 * server hears as if somebody had chosen it.
 * @param {HTMLElement} page @param {string} actor @param {string} board @param {() => boolean} hasFrame @param {AbortSignal} signal
 * @returns {() => void} Keeps what stands there now.
 */
function keepDrafts(page, actor, board, hasFrame, signal) {
  const text = () => /** @type {HTMLTextAreaElement | null} */ (page.querySelector("[data-prompt]"));
  const count = () => /** @type {HTMLSelectElement | null} */ (page.querySelector("[data-count]"));
  const [words, number] = [text(), count()];
  const usual = Number(number?.value);
  const draft = draftOf(storage, actor, board);
  if (words && number && draft) {
    // What was typed while the board opened is newer.
    if (words.value === "") words.value = draft.prompt;
    if (draft.count !== usual && [...number.options].some(option => option.value === String(draft.count))) {
      number.value = String(draft.count);
      number.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  const keep = () => {
    const prompt = text()?.value;
    if (prompt === undefined || hasFrame()) return;
    const now = { prompt: prompt.trim() === "" ? "" : prompt, count: Number(count()?.value) };
    keepDraft(storage, actor, board, now.prompt === "" && now.count === usual ? null : now);
  };
  page.addEventListener("change", event => { if (event.target === count()) keep(); }, { signal });
  window.addEventListener("pagehide", keep, { signal });
  return keep;
}

/** The prompt's text lives in the field; the server hears of it when typing pauses, and before anything that needs it. */
function listenToPrompt(page, run, bridge, keep, signal) {
  let timer = 0;
  const words = new Words();
  /** @type {string[]} */
  let past = [];
  let at = -1;
  const field = () => /** @type {HTMLTextAreaElement | null} */ (page.querySelector("[data-prompt]"));

  const grow = () => {
    const text = field();
    if (!text) return;
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 140)}px`;
  };
  const send = () => {
    clearTimeout(timer);
    timer = 0;
    const text = field()?.value;
    const number = text === undefined ? null : words.send(text);
    if (number === null) return Promise.resolve();
    run("tell");
    keep();
    return bridge.invokeMethodAsync("PromptTyped", text, number);
  };
  const set = (/** @type {string} */ text, /** @type {number} */ heard) => {
    const element = field();
    if (!element || !words.hear(text, heard, timer !== 0)) return;
    element.value = text;
    at = -1;
    grow();
    keep();
  };
  const show = (/** @type {string} */ text) => {
    const element = field();
    if (!element) return;
    element.value = text;
    element.setSelectionRange(text.length, text.length);
    grow();
    clearTimeout(timer);
    timer = window.setTimeout(send, typingPause_ms);
  };

  if (matchMedia("(pointer: coarse)").matches && field()) {
    // Words that name a key say nothing on a screen that is tapped; the server writes the attribute, whenever it has others.
    const touch = () => {
      const element = field();
      const words = element?.dataset.placeholderTouch;
      if (element && words && element.placeholder !== words) element.placeholder = words;
    };
    const observer = new MutationObserver(touch);
    observer.observe(/** @type {Node} */ (field()), { attributes: true, attributeFilter: ["placeholder", "data-placeholder-touch"] });
    signal.addEventListener("abort", () => observer.disconnect());
    touch();
  }
  page.addEventListener("input", event => {
    if (!event.target.matches?.("[data-prompt]")) return;
    grow();
    at = -1;
    clearTimeout(timer);
    timer = window.setTimeout(send, typingPause_ms);
  }, { signal });
  page.addEventListener("keydown", event => {
    const element = field();
    if (event.target !== element || !element || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send().then(() => element.form?.requestSubmit());
    } else if (event.key === "ArrowUp" && element.selectionStart === 0 && element.selectionEnd === 0 || event.key === "ArrowUp" && at >= 0) {
      if (at + 1 < past.length) { event.preventDefault(); show(past[++at]); }
    } else if (event.key === "ArrowDown" && at >= 0) {
      event.preventDefault();
      at--;
      show(at < 0 ? "" : past[at]);
    }
  }, { signal });
  page.addEventListener("focusout", event => { if (event.target === field()) send(); }, { signal });
  // Before the canvas sees it, which may select something else: the words are meant for what was selected while they were typed.
  window.addEventListener("pointerdown", () => { if (timer) void send(); }, { signal, capture: true });
  // What was typed while the board opened (early.js carries it over), or stood there on the last visit, is the server's first news of it.
  if (field()?.value) {
    grow();
    void send();
  }

  return {
    set,
    setPast: (/** @type {string[]} */ prompts) => { past = prompts; },
    focus: () => field()?.focus({ preventScroll: true }),
    submit: () => send().then(() => field()?.form?.requestSubmit()),
    stop: () => clearTimeout(timer),
  };
}

function listenToKeys(page, prompt, pops, isCalm, bridge, signal) {
  // Before the canvas sees them. Escape ends one thing a time, from the top: a menu, a small panel, typing, the tool, the selection, the drawer.
  document.addEventListener("keydown", event => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (page.querySelector(":popover-open")) {
        // The browser closes it.
        event.stopPropagation();
      } else if (target.matches?.("[data-escape-blurs]")) {
        target.value = target.defaultValue;
        target.blur();
        event.stopPropagation();
      } else if (pops.close(true)) {
        event.stopPropagation();
      } else if (target.closest?.("[data-drawer]")) {
        page.querySelector("[data-drawer-close]")?.click();
        event.stopPropagation();
      } else if (target.matches?.("[data-prompt]")) {
        // Back to the board, not to nowhere: Tab then begins at its frames.
        page.querySelector(".cwb-canvas")?.focus({ preventScroll: true });
        event.stopPropagation();
      } else if (isCalm() && !target.closest?.("textarea, input, [contenteditable], [role=menu]") && page.querySelector("[data-drawer-close]")) {
        page.querySelector("[data-drawer-close]").click();
        event.stopPropagation();
      }
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !target.closest?.(".cw-note-editor")) {
      event.preventDefault();
      event.stopPropagation();
      prompt.submit();
    }
  }, { signal, capture: true });
  // The canvas asks for it when Enter is pressed on a frame.
  page.addEventListener("canvas:prompt", event => {
    event.preventDefault();
    prompt.focus();
  }, { signal });
  page.addEventListener("canvas:share", () => page.querySelector("[data-share]")?.click(), { signal });
  page.addEventListener("canvas:details", event => {
    const { sha256, job = null, image = 0 } = /** @type {CustomEvent} */ (event).detail;
    void bridge.invokeMethodAsync("OnDetails", sha256, job, image);
  }, { signal });
  page.addEventListener("canvas:export", () => page.querySelector("[data-export]")?.click(), { signal });
}

/** Pictures of the history: dropped on the canvas they land there, Enter and a double click put them in the middle of the view. */
function listenToDrags(page, root, run, signal) {
  const type = "application/x-canvasweb-result";
  page.addEventListener("dragstart", event => {
    const place = event.target.closest?.("[data-place]")?.dataset.place;
    if (!place) return;
    event.dataTransfer.setData(type, place);
    event.dataTransfer.effectAllowed = "copy";
  }, { signal });
  root.addEventListener("dragover", event => {
    if (!event.dataTransfer.types.includes(type)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
  }, { signal, capture: true });
  root.addEventListener("drop", event => {
    const place = event.dataTransfer.getData(type);
    if (!place) return;
    event.preventDefault();
    event.stopPropagation();
    run("place", { result: JSON.parse(place), at: { x: event.clientX, y: event.clientY } });
  }, { signal, capture: true });
  // What a search found shows where it lies; what is not on this board is offered to be put there.
  page.addEventListener("click", event => {
    const hit = event.target.closest?.("[data-find]");
    // The Enter key on it puts it there, and makes a click without a press.
    if (!hit || event.detail === 0) return;
    if (run("find", { sha256: hit.dataset.find, result: JSON.parse(hit.dataset.place) })) uncover(page);
  }, { signal });
  // A finger taps once.
  page.addEventListener("click", event => { if (event.pointerType === "touch" && !event.target.closest?.("[data-find]")) placeFrom(event); }, { signal });
  page.addEventListener("dblclick", event => { if (event.pointerType !== "touch") placeFrom(event); }, { signal });
  page.addEventListener("keydown", event => { if (event.key === "Enter") placeFrom(event); }, { signal });
  function placeFrom(event) {
    const place = event.target.closest?.("[data-place]")?.dataset.place;
    if (!place) return;
    event.preventDefault();
    run("place", { result: JSON.parse(place) });
  }
}
