// @ts-check
// Buttons that copy a text: data-copy names the element that holds it. What is said afterwards: data-copied is what the button says; inside a
// [data-copy-box] the box gets data-done, and its status says its own data-copied. One listener on the document, so that it also works on what Blazor brings in later.

const copied_ms = 2500;

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const box = button.closest('[data-copy-box]');
  const source = (box ?? document).querySelector(button.dataset.copy ?? '');
  if (!source) return;
  const text = source instanceof HTMLInputElement ? source.value : source.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard without HTTPS or the permission: the text is selected, and the keyboard copies it.
    if (source instanceof HTMLInputElement) source.select();
    else getSelection()?.selectAllChildren(source);
    return;
  }
  if (box instanceof HTMLElement) {
    const status = box.querySelector('[role="status"]');
    box.dataset.done = '';
    if (status instanceof HTMLElement) status.textContent = status.dataset.copied ?? '';
    setTimeout(() => {
      delete box.dataset.done;
      if (status !== null) status.textContent = '';
    }, copied_ms);
    return;
  }
  const before = button.textContent;
  button.textContent = button.dataset.copied ?? before;
  setTimeout(() => { button.textContent = before; }, copied_ms);
});
