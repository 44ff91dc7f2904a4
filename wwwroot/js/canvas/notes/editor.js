// @ts-check
// Writing in a note: a text field that lies exactly over it, turned and scaled as the note is. The text is written to the board at every
// pause, so that others see it grow and a closed tab loses little; the whole visit is one undo step, which the caller's gesture makes.

import { element } from '../overlay/dom.js';
import { shownAt } from '../overlay/model.js';
import { wordsOf } from '../overlay/text.js';
import { NOTE_FONT, NOTE_FONT_SIZE, NOTE_LINE_HEIGHT, NOTE_PADDING } from './look.js';

/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */

const PAUSE_MS = 700;
const MAX_LENGTH = 4000;

/**
 * @param {HTMLElement} parent
 * @param {Pick<import('../overlay/model.js').OverlayOptions, 'text'> & { onText: (id: string, text: string) => void, onEnd: (id: string) => void }} options
 *   `onText`: the text so far, to be written to the board. `onEnd`: the person is done, set `editing` to null.
 * @returns {import('../overlay/model.js').Overlay}
 */
export function makeNoteEditor(parent, { text, onText, onEnd }) {
  const words = wordsOf(text);

  /** @type {{ id: string, field: HTMLTextAreaElement, written: string } | null} */
  let open = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  return {
    /** @param {OverlayModel} model @param {import('../geometry/camera.js').Camera} camera */
    update(model, camera) {
      const node = model.editing === null ? undefined : model.state.find(model.editing);
      if (open !== null && (node === undefined || open.id !== node.id))
        close();
      if (node === undefined || node.kind !== 'note' || !model.state.isShown(node.id))
        return;
      const isNew = open === null;
      open ??= makeField(node.id, node.text.value);

      // What somebody else wrote meanwhile is taken as long as nothing was written here since.
      if (open.field.value === open.written && node.text.value !== open.written)
        open.field.value = open.written = node.text.value;
      const at = shownAt(model, node.id);
      const { style } = open.field;
      style.width = `${at.width}px`;
      style.height = `${at.height}px`;
      style.transform = `translate(${(at.x - camera.x) * camera.zoom}px, ${(at.y - camera.y) * camera.zoom}px) scale(${camera.zoom}) translate(${at.width / 2}px, ${at.height / 2}px) rotate(${at.rotation}deg) translate(${-at.width / 2}px, ${-at.height / 2}px)`;
      if (isNew) {
        open.field.focus({ preventScroll: true });
        open.field.select();
      }
    },
    destroy: close,
  };

  /** @param {string} id @param {string} written */
  function makeField(id, written) {
    const field = element('textarea', { class: 'cw-note-editor', maxlength: String(MAX_LENGTH), 'aria-label': words('NoteWrite'), placeholder: words('NoteWrite'), spellcheck: 'true' });
    field.value = written;
    Object.assign(field.style, { padding: `${NOTE_PADDING}px`, font: `${NOTE_FONT_SIZE}px/${NOTE_LINE_HEIGHT}px ${NOTE_FONT}` });
    field.addEventListener('input', () => {
      clearTimeout(pause);
      pause = setTimeout(write, PAUSE_MS);
    });
    field.addEventListener('keydown', (event) => {
      // The board's shortcuts are letters; here they are words. Escape and Ctrl+Enter are done.
      event.stopPropagation();
      if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) {
        event.preventDefault();
        end();
      }
    });
    field.addEventListener('pointerdown', (event) => event.stopPropagation());
    field.addEventListener('blur', end);
    parent.append(field);
    return { id, field, written };
  }

  function write() {
    clearTimeout(pause);
    if (open === null || open.field.value === open.written)
      return;
    open.written = open.field.value;
    onText(open.id, open.written);
  }

  function end() {
    const id = open?.id;
    close();
    if (id !== undefined)
      onEnd(id);
  }

  // Taking the field away blurs it: it must be nobody's by then.
  function close() {
    write();
    const field = open?.field;
    open = null;
    field?.remove();
  }
}
