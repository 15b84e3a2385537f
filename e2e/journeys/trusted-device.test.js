// A Trusted Device: kept, expired, copied, removed; two browsers; a second person on one browser.
import assert from 'node:assert/strict';
import { MINUTES } from '../harness/control.js';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { COLLEAGUE, SETTLED, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

/** A window in which this person made the browser a Trusted Device and logged out. */
async function trustedWindow(who, options) {
  const window = await world.browser.open(options);
  await steps.logIn(world, window, who, { trust: true });
  await steps.assertInApplication(world, window, who);
  await steps.logOut(world, window);
  return window;
}

/** What a browser keeps when it is closed: cookies without a date go. */
const kept = (cookies) => cookies.filter(({ expires }) => expires > 0);

async function assertAskedForCode(window, who) {
  await steps.usePassword(world, window, who);
  steps.assertAt(window, '/login/code');
}

async function assertTrusted(window, who) {
  await steps.usePassword(world, window, who);
  await steps.assertInApplication(world, window, who);
}

/** Closes the browser and opens it again: cookies without a date go, the key stays. */
async function restart(window) {
  const cookies = kept(await window.cookies());
  await window.context.clearCookies();
  await window.context.addCookies(cookies);
  await window.reopen();
}

/** Clears what the site's scripts keep, as a person does who tidies up and keeps the cookies. */
async function loseKey(window) {
  await window.page.goto(`${world.demo.portal}/help`);
  await window.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase('vestibule');
        request.onsuccess = resolve;
        request.onerror = reject;
      }),
  );
}

journey('trust and its key are kept when the browser is closed', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await trustedWindow(who);
  for (let login = 0; login < 2; login += 1) {
    await restart(window);
    await assertTrusted(window, who);
    await window.page.goto(`${world.demo.portal}/account/devices`);
    await window.page.getByText('Bound to this browser by a key').waitFor();
    await steps.logOut(world, window);
  }
});

journey('a copied cookie without its key gets a code, and the owner keeps the trust', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await trustedWindow(who);
  const thief = await world.browser.open({ cookies: kept(await window.cookies()) });
  await assertAskedForCode(thief, who);
  await thief.page.getByText(/could not show the key/).waitFor();
  await look(thief, 'login-code-trust-key');
  await assertTrusted(window, who);
});

journey('a lost key asks for a code once, and says why', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await trustedWindow(who);
  await loseKey(window);
  await assertAskedForCode(window, who);
  await window.page.getByText(/could not show the key/).waitFor();
  const { code } = await steps.readCode(world, window, who);
  await steps.enterCode(window, code, { trust: true });
  await steps.assertInApplication(world, window, who);
  await steps.logOut(world, window);
  await assertTrusted(window, who);
});

journey('without JavaScript a browser is recognised by its cookie, and the row says so', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await trustedWindow(who, { javaScript: false });
  await assertTrusted(window, who);
  await window.page.goto(`${world.demo.portal}/account/devices`);
  await window.page.getByText('Recognised by cookie only').waitFor();
  await look(window, 'account-devices-cookie-only');
});

journey('a device gets a name of its own', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await steps.logIn(world, window, who, { trust: true });
  await steps.assertInApplication(world, window, who);
  await window.page.goto(`${world.demo.portal}/account/devices`);
  await window.page.getByRole('link', { name: /^Rename/ }).click();
  await window.page.getByRole('textbox').fill('Office laptop');
  await look(window, 'account-devices-rename');
  await window.page.keyboard.press('Enter');
  await window.page.getByRole('heading', { name: /^Office laptop/ }).waitFor();
});

journey('trust ends on its day, however often it was used, and can be given again', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await trustedWindow(who);
  await world.control.advance(29 * MINUTES.day);
  await assertTrusted(window, who);
  await steps.logOut(world, window);
  await world.control.advance(2 * MINUTES.day);
  await assertAskedForCode(window, who);
  const { code } = await steps.readCode(world, window, who);
  await window.page.getByText(/This browser was trusted until/).waitFor();
  await look(window, 'login-code-trust-expired');
  await steps.enterCode(window, code, { trust: true });
  await steps.logOut(world, window);
  await assertTrusted(window, who);
});

journey('an old copy of a trusted browser ends the trust, and the owner is told', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await trustedWindow(who);
  const copy = kept(await window.cookies());
  for (let login = 0; login < 2; login += 1) {
    await assertTrusted(window, who);
    await steps.logOut(world, window);
  }
  const thief = await world.browser.open({ cookies: copy });
  await assertAskedForCode(thief, who);
  await world.inbox.awaitMail(who.email, { subject: /no longer trust one of your devices/ });
  await assertAskedForCode(window, who);
  await window.page.getByText(/As a precaution this browser is no longer trusted/).waitFor();
  await look(window, 'login-code-trust-alarm');
});

journey('two browsers are two devices, and one can remove the other', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const desk = await trustedWindow(who);
  const phone = await trustedWindow(who, { size: 'phone' });
  await assertTrusted(desk, who);
  await desk.page.goto(`${world.demo.portal}/account/devices`);
  await look(desk, 'account-devices');
  const others = desk.page.locator('li', { has: desk.page.getByText('Trusted until') }).filter({ hasNotText: 'This device' });
  assert.equal(await others.count(), 1);
  await others.getByRole('button', { name: /^Remove/ }).click();
  if (new URL(desk.page.url()).pathname === '/account/devices/remove') {
    await look(desk, 'account-devices-remove');
    await desk.page.getByRole('button', { name: /^Remove/ }).click();
  }
  await assertAskedForCode(phone, who);
  await steps.logOut(world, desk);
  await assertTrusted(desk, who);
});

journey('a second person on one browser has to earn trust, and the first one keeps it', async () => {
  await world.control.startOver();
  const first = await person(world, SETTLED);
  const second = await person(world, COLLEAGUE);
  const window = await trustedWindow(first);
  await assertAskedForCode(window, second);
  const { code } = await steps.readCode(world, window, second);
  assert.equal(await window.page.getByLabel('Make this a Trusted Device').isChecked(), false);
  await steps.enterCode(window, code);
  await steps.assertInApplication(world, window, second);
  await steps.logOut(world, window);
  await assertTrusted(window, first);
  await steps.logOut(world, window);
  await assertAskedForCode(window, second);
});

journey('a code asked for in one browser opens nothing in another', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const [mine, other] = [await world.browser.open(), await world.browser.open()];
  await assertAskedForCode(mine, who);
  const first = await steps.readCode(world, mine, who);
  await assertAskedForCode(other, who);
  await steps.enterCode(other, first.code);
  steps.assertAt(other, '/login/code');
  await other.page.getByRole('alert').waitFor();
  await look(other, 'login-code-wrong');
});
