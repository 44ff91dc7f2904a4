// @ts-check
/** Opens the dialog and puts the focus on what is marked with autofocus, else on its first control. @param {HTMLDialogElement} dialog */
export function show(dialog) {
  if (dialog.open) return;
  // A click on the backdrop is a click on the dialog itself, outside its box.
  dialog.onpointerdown = event => {
    const box = dialog.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !isInside) dialog.close();
  };
  dialog.showModal();
}

/** @param {HTMLDialogElement} dialog */
export function hide(dialog) {
  if (dialog.open) dialog.close();
}
