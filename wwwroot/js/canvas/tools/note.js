// @ts-check
// Puts a note where one clicks and opens it for writing.
import { newId } from '../document/ids.js';
import { noteAdd } from '../document/ops.js';
import { NOTE_SIZE } from '../notes/look.js';

/** @param {import('../view/stage.js').Stage} stage @param {{onDrop: (id: string) => void}} options @returns {import('./tool.js').Tool} */
export function noteTool(stage, options) {
  return {
    name: 'note',
    cursor: 'crosshair',
    up(event) {
      const { width, height } = NOTE_SIZE;
      const id = newId();
      if (!stage.do(noteAdd({ node: id, transform: { x: Math.round(event.world.x - width / 2), y: Math.round(event.world.y - height / 2), width, height, rotation: 0 }, order: stage.topKey(), text: '' }))) return;
      stage.select([id]);
      options.onDrop(id);
    },
    key(key) {
      if (key !== 'Enter') return false;
      const { centre } = stage.camera;
      this.up?.({ screen: { x: 0, y: 0 }, world: centre, shift: false, alt: false, ctrl: false, pointerType: 'mouse', clicks: 1, samples: [] });
      return true;
    },
  };
}
