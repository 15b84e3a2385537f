// A journey is a test with a deadline: a browser that waits for ever would hold up everything behind it.
import { test } from 'node:test';

/** Generous, because two cores may run the Rust tests at the same time. */
const DEADLINE = 180_000;

/** Declares a journey. */
export function journey(title, body) {
  test(title, { timeout: DEADLINE }, body);
}
