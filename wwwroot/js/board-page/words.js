// @ts-check
// The words of the prompt are in two places, in the field and at the server, and cross each other on the way between them. What is typed is
// numbered: with its own words the server tells which of those typed here it had heard by then, and what it says from before is passed over. Pure.

export class Words {
  /** What the server has. */ #sent = "";
  #number = 0;

  /** Under which number to send this; null where the server has it. @param {string} text @returns {number | null} */
  send(text) {
    if (text === this.#sent) return null;
    this.#sent = text;
    return ++this.#number;
  }

  /**
   * Whether to show what the server says. What is being typed and not yet sent wins over it.
   * @param {string} text @param {number} heard The last number that the server had heard of when it said so. @param {boolean} isTyping
   */
  hear(text, heard, isTyping) {
    if (heard < this.#number) return false;
    this.#sent = text;
    return !isTyping;
  }
}
