// @ts-check
// Times come from the server in UTC and say so ("22 Nov 2026, 14:05 UTC"): here they are written in the reader's own zone, in the same form.

const form = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** @param {ParentNode} root */
function write(root) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    // One text node, which Blazor may hold: its text is changed and it is not replaced.
    const text = [...time.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim().endsWith('UTC'));
    const at = new Date(time.getAttribute('datetime') ?? '');
    if (!text || Number.isNaN(at.valueOf())) continue;
    const parts = Object.fromEntries(form.formatToParts(at).map(part => [part.type, part.value]));
    text.nodeValue = /^(zh|ja|ko)/.test(document.documentElement.lang) ? form.format(at) : `${parts.day}\u00a0${parts.month}\u00a0${parts.year},\u00a0${parts.hour}:${parts.minute}`;
  }
}

write(document);
// What circuits and Blazor's navigation bring in later.
new MutationObserver(() => write(document)).observe(document.body, { childList: true, subtree: true, characterData: true });
