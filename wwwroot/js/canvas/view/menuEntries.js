// @ts-check
// What the context menu offers for what is selected.
import { hasMask } from '../mask/target.js';
import { offered } from '../operations/kinds.js';

/** @typedef {import('./menu.js').MenuEntry} MenuEntry */

/** @param {import('./stage.js').Stage} stage @param {(command: string, args?: object) => unknown} run @returns {MenuEntry[]} */
export function menuEntries(stage, run) {
  const items = stage.selected;
  /** @type {(key: string, english: string, shortcut: string | undefined, command: string, args?: object, isOff?: boolean) => MenuEntry} */
  const entry = (key, english, shortcut, command, args, isOff) => ({ label: stage.text(key, english), ...(shortcut && { key: shortcut }), action: () => run(command, args), isOff: isOff === true });
  if (items.length === 0 || !stage.canEdit) {
    return [
      ...(stage.canEdit ? [entry('MenuDropFrame', 'New frame here', 'F', 'dropFrame'), entry('MenuImage', 'Add a picture…', 'I', 'tool', { name: 'image' }), null] : []),
      entry('MenuSelectAll', 'Select all', 'Ctrl+A', 'selectAll', {}, stage.scene.items.length === 0),
      entry('MenuFit', 'Show everything', '1', 'zoom', { to: 'fit' }),
      entry('MenuActual', 'Zoom to 100 %', '0', 'zoom', { to: 'actual' }),
    ];
  }
  const isFrame = items.length === 1 && items[0].node.kind === 'frame';
  const hasTile = items.some((item) => item.node.kind === 'tile');
  return [
    ...(isFrame ? [entry('MenuPrompt', 'Write its prompt', 'Enter', 'enter')] : []),
    ...operationEntries(items, entry),
    ...(hasTile ? [entry('MenuFrameOver', 'New frame here', undefined, 'dropFrame', { over: true })] : []),
    entry('MenuMask', 'Paint a mask', 'B', 'tool', { name: 'mask' }, !items.some((item) => hasMask(item) && !item.locked)),
    ...(items.length === 1 && hasTile ? [entry('MenuDetails', 'How it was made', undefined, 'details')] : []),
    entry('MenuDuplicate', 'Duplicate', 'Ctrl+D', 'duplicate'),
    ...(items.length > 1 ? [
      null,
      entry('MenuAlignLeft', 'Align left', 'Alt+A', 'align', { how: 'left' }),
      entry('MenuAlignCentre', 'Align centres', 'Alt+H', 'align', { how: 'centre' }),
      entry('MenuAlignRight', 'Align right', 'Alt+D', 'align', { how: 'right' }),
      entry('MenuAlignTop', 'Align top', 'Alt+W', 'align', { how: 'top' }),
      entry('MenuAlignMiddle', 'Align middles', 'Alt+V', 'align', { how: 'middle' }),
      entry('MenuAlignBottom', 'Align bottom', 'Alt+S', 'align', { how: 'bottom' }),
    ] : []),
    null,
    entry('MenuToFront', 'Bring to front', 'Ctrl+Shift+]', 'order', { to: 'front' }),
    entry('MenuToBack', 'Send to back', 'Ctrl+Shift+[', 'order', { to: 'back' }),
    null,
    entry('MenuShare', 'Share…', undefined, 'shareDialog', {}, !hasTile),
    entry('MenuExport', 'Export…', undefined, 'exportDialog'),
    entry('MenuZoomTo', 'Zoom to selection', '2', 'zoom', { to: 'selection' }),
    entry('MenuDelete', 'Delete', 'Del', 'delete'),
  ];
}

/** @param {readonly import('./scene.js').Item[]} items @param {(key: string, english: string, shortcut: string | undefined, command: string, args?: object) => MenuEntry} entry @returns {MenuEntry[]} */
function operationEntries(items, entry) {
  const entries = offered(items).map((kind) => {
    switch (kind) {
      case 'variation': return entry('MenuVary', 'Variations…', 'M', 'operate', { kind });
      case 'interpolation': return entry('MenuBlend', 'Blend…', 'X', 'operate', { kind });
      case 'textDiff': return entry('MenuChange', 'Change by words…', 'T', 'operate', { kind });
      case 'upscale': return entry('MenuLarger', 'Make larger…', 'U', 'operate', { kind });
      default: return entry('MenuFilm', 'How it was painted', 'P', 'operate', { kind });
    }
  });
  return entries.length === 0 ? [] : [...entries, null];
}
