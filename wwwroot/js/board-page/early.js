// @ts-check
// What is typed into the prompt before the board is open. The page that the server drew first is replaced by the live one, field and all:
// the words and the cursor go over into the new field. Once the canvas is open page.js listens by itself.

let text = "";
let where = location.pathname;
/** @type {Element | null} */ let field = null;
let hadFocus = false;

document.addEventListener("input", event => {
  const target = /** @type {HTMLTextAreaElement} */ (event.target);
  if (!target.matches?.("[data-prompt]")) return;
  field = target;
  text = target.value;
  where = location.pathname;
}, { capture: true });
document.addEventListener("focusin", event => {
  const target = /** @type {Element} */ (event.target);
  hadFocus = target.matches("[data-prompt]");
  if (hadFocus) field = target;
}, { capture: true });

new MutationObserver(() => {
  // Only a field that has gone hands its words on; and never to another board.
  if (field === null || field.isConnected) return;
  const next = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("[data-prompt]"));
  if (next === null) return;
  if (where !== location.pathname) text = "";
  if (next.value === "") next.value = text;
  if (hadFocus && document.activeElement === document.body) {
    next.focus({ preventScroll: true });
    next.setSelectionRange(next.value.length, next.value.length);
  }
  field = next;
}).observe(document.body, { childList: true, subtree: true });
