// Waiting for something that another process does, with a deadline and a sentence for the case that it does not.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks `look` until it gives something other than null or undefined.
 *
 * @template T
 * @param {string} what names the awaited thing in the error
 * @param {() => Promise<T | null | undefined>} look
 * @param {{ seconds?: number, detail?: () => string }} [options] `detail` is added to the error
 * @returns {Promise<T>}
 */
export async function waitFor(what, look, { seconds = 15, detail = () => '' } = {}) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}${detail()}`);
    await pause(50);
  }
}
