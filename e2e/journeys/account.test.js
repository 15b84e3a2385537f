// The account, by keyboard alone: what a person can see there, change, take along and end.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { SETTLED, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

const NEW_PASSWORD = 'violet harvest under tin roofs';
/** More stops than any page has. */
const MOST_STOPS = 120;

/** What a screen reader would call the element that has the focus, and how it looks focused. */
function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    const label = at.labels?.[0]?.textContent ?? at.textContent ?? '';
    const style = getComputedStyle(at);
    const shown = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    return { name: (at.getAttribute('aria-label') ?? label).trim().replace(/\s+/g, ' '), shown };
  });
}

/** Presses Tab until the focus is on something of this name; the focus must be seen at every stop. */
async function tabTo(window, name) {
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await window.page.keyboard.press('Tab');
    const at = await focused(window.page);
    if (at.name === '') continue;
    assert.ok(at.shown, `the focus on “${at.name}” cannot be seen`);
    if (at.name === name || at.name.startsWith(`${name}:`)) return;
  }
  assert.fail(`no way to “${name}” by keyboard at ${window.page.url()}`);
}

/** Follows a link or presses a button, by keyboard. */
async function follow(window, name, path) {
  await tabTo(window, name);
  await window.page.keyboard.press('Enter');
  await window.page.waitForURL((address) => address.pathname === path);
}

/** Types into the field of this label, by keyboard. */
async function fill(window, label, words) {
  await tabTo(window, label);
  await window.page.keyboard.type(words);
}

journey('the account by keyboard only: every page, a new password, a copy of the data', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await steps.logIn(world, window, who, { trust: true });
  await steps.assertInApplication(world, window, who);
  const { page } = window;
  await page.goto(`${world.demo.portal}/account`);
  await look(window, 'account-home');
  for (const [link, path, name] of [
    ['Activity', '/account/activity', 'account-activity'],
    ['Devices and sessions', '/account/devices', 'account-devices'],
    ['Language', '/account/language', 'account-language'],
    ['Your data', '/account/data', 'account-data'],
    ['Security code', '/account/security-code', 'account-security-code'],
  ]) {
    await follow(window, link, path);
    await look(window, name);
  }
  await follow(window, 'Password', '/account/password');
  await look(window, 'account-password');
  await fill(window, 'The password you have now', who.password);
  await fill(window, 'The new password', NEW_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
  await look(window, 'account-password-done');
  await follow(window, 'Your data', '/account/data');
  await tabTo(window, 'Download the file');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.equal(download.suggestedFilename(), 'your-data.json');
});

journey('after ten minutes a change asks for proof by hand, and leads back to its page', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await steps.logIn(world, window, who, { trust: true });
  await steps.assertInApplication(world, window, who);
  await world.control.advance(11);
  const { page } = window;
  await page.goto(`${world.demo.portal}/account/security-code`);
  steps.assertAt(window, '/account/confirm');
  await look(window, 'account-confirm');
  await fill(window, 'Password', 'not the password at all');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await look(window, 'account-confirm-wrong');
  await fill(window, 'Password', who.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => address.pathname === '/login/code');
  await look(window, 'account-confirm-code');
  const { code } = await steps.readCode(world, window, who);
  await steps.enterCode(window, code);
  steps.assertAt(window, '/account/security-code');
});

journey('“this was not me” on the activity page ends everything and says how to go on', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await steps.logIn(world, window, who);
  await steps.assertInApplication(world, window, who);
  await window.page.goto(`${world.demo.portal}/account/activity`);
  await follow(window, 'This was not me', '/account/activity/not-me');
  await look(window, 'account-disown');
  await follow(window, 'End everything', '/login');
  await window.page.getByText('Everything has ended').waitFor();
  await look(window, 'login-disowned');
});
