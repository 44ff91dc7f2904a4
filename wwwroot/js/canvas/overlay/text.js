// @ts-check
// The words of the overlays come localized from the page, by these keys. The English words stand beside them for whoever writes the
// resource file; nothing here falls back to them.

/** @type {Readonly<Record<string, string>>} */
export const TEXT_KEYS = Object.freeze({
  CanvasContents: 'On this board',
  NodeFrame: 'Frame',
  NodeTile: 'Picture',
  NodeNote: 'Note',
  NodeNamed: '{kind}, {name}',
  NodeWithState: '{label}, {state}',
  StateQueued: 'waiting',
  StateRunning: 'being painted',
  StateStaged: 'finished, {count} pictures to choose from',
  StateFailed: 'failed',
  JobNext: 'Next in the queue',
  JobPlace: '{place} before this one',
  JobWorkerAway: 'Waits for a worker',
  JobStep: 'Step {step} of {steps}',
  JobStepEta: 'Step {step} of {steps} · {eta}',
  JobPictureStep: 'Picture {picture} of {pictures} · step {step} of {steps}',
  JobPictureStepEta: 'Picture {picture} of {pictures} · step {step} of {steps} · {eta}',
  EtaSeconds: '{seconds} s',
  EtaMinutes: '{minutes} min',
  JobBy: '{name} is painting',
  JobCancel: 'Cancel',
  JobFailed: 'This did not work. It cost nothing.',
  JobDismiss: 'Dismiss',
  JobAgain: 'Try again',
  StripLabel: 'Pictures to choose from',
  StripCandidate: 'Picture {n} of {count}',
  StripChoose: 'Also take this one',
  StripAccept: 'Accept',
  StripAcceptSeveral: 'Accept {count} side by side',
  StripAcceptStack: 'Accept {count}, the first on top',
  StripTry: 'Try {n} of {count}',
  StripOtherTry: 'Show the pictures of another try',
  StripReject: 'Reject',
  StripMore: 'More like this',
  StripRate: 'Rate this picture',
  StripStars: '{n} of 5 stars',
  StripReport: 'Report this picture',
  StripReported: 'Reported. Thank you.',
  StripWithheld: '{count} kept back and not paid for: see why',
  NoteWrite: 'Write a note',
});

/** @param {Record<string, string>} text @returns {(key: string, values?: Record<string, string | number>) => string} The words for a key, its {names} filled in; a missing key shows itself. */
export const wordsOf = (text) => (key, values = {}) =>
  (text[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** "4 s", "2 min". @param {(key: string, values?: Record<string, string | number>) => string} words @param {number} ms @returns {string} */
export const eta = (words, ms) =>
  ms < 90_000 ? words('EtaSeconds', { seconds: Math.max(1, Math.round(ms / 1000)) }) : words('EtaMinutes', { minutes: Math.round(ms / 60_000) });
