// Second steps beside the mailed code: an authenticator app, passkeys, recovery codes, and the choice between them.
import assert from 'node:assert/strict';
import { addAuthenticator, appCode } from '../harness/authenticator.js';
import { choose, enterSecurityCode, setUpApp } from '../harness/factors.js';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { SETTLED, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

async function signedIn(options) {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open(options);
  await steps.logIn(world, window, who);
  await steps.assertInApplication(world, window, who);
  return { who, window };
}

const open = (window, path) => window.page.goto(`${world.demo.portal}${path}`);

/** Logs out, and makes the browser forget that a passkey was ever used in it. */
async function logOutAndForget(window) {
  await steps.logOut(world, window);
  await window.page.evaluate(() => localStorage.clear());
}

for (const javaScript of [true, false]) {
  journey(`an authenticator app takes the place of the mail, JavaScript ${javaScript ? 'on' : 'off'}`, async () => {
    const { who, window } = await signedIn({ javaScript });
    const code = await setUpApp(world, window, javaScript ? 'script' : 'plain');
    await choose(world, window, 'Authenticator app');
    await look(window, 'account-channel-app');
    await steps.logOut(world, window);
    await world.control.advance(1);
    await steps.usePassword(world, window, who);
    steps.assertAt(window, '/login/app');
    await look(window, 'login-app');
    await steps.enterCode(window, code(-30));
    await window.page.getByRole('alert').waitFor();
    await look(window, 'login-app-wrong');
    await steps.enterCode(window, code(1), { trust: true });
    await steps.assertInApplication(world, window, who);
    await steps.logOut(world, window);
    await steps.usePassword(world, window, who);
    await steps.assertInApplication(world, window, who);
  });
}

journey('a wrong clock on the phone is named', async () => {
  const { window } = await signedIn();
  await open(window, '/account/authenticator-app');
  await enterSecurityCode(window);
  await steps.press(window, 'Set up an app');
  const key = await window.page.locator('dd code').textContent();
  await window.page.getByLabel('Enter the code that the app shows now').fill(appCode(key, Date.now() + 5 * 60_000));
  await steps.press(window, 'Confirm');
  await window.page.getByText(/for a clock that is 5 minutes ahead/).waitFor();
  await look(window, 'account-app-new-clock');
});

journey('a passkey logs in without User ID and password, and completes a login with them', async () => {
  const { who, window } = await signedIn();
  const device = await addAuthenticator(window);
  await open(window, '/account/passkeys');
  await look(window, 'account-passkeys-none');
  await window.page.getByLabel('Name').fill('Work laptop');
  await window.page.getByLabel('Your security code').fill('740 2919');
  await window.page.getByRole('button', { name: 'Add a passkey' }).click();
  await window.page.getByText('That is not your security code.').waitFor();
  await look(window, 'account-passkeys-wrong-code');
  assert.equal(await device.count(), 0);
  await enterSecurityCode(window);
  await steps.press(window, 'Add a passkey');
  await window.page.getByText('The passkey was added.').waitFor();
  assert.equal(await device.count(), 1);
  await look(window, 'account-passkeys');
  await logOutAndForget(window);

  await open(window, '/login');
  await look(window, 'login-with-passkey');
  await steps.press(window, 'Log in with a passkey');
  await steps.assertInApplication(world, window, who);

  // Where a passkey was used before, the browser offers it in the field of the name; this device says yes at once.
  await steps.logOut(world, window);
  await window.page.goto(`${world.demo.portal}/login`, { waitUntil: 'commit' });
  await steps.assertInApplication(world, window, who);

  await choose(world, window, 'Passkey');
  await logOutAndForget(window);
  await steps.usePassword(world, window, who);
  steps.assertAt(window, '/login/passkey');
  await look(window, 'login-passkey');
  await steps.press(window, 'Use my passkey');
  await steps.assertInApplication(world, window, who);
});

journey('whoever is not verified by the device gets nowhere, and is told what else there is', async () => {
  const { who, window } = await signedIn();
  const device = await addAuthenticator(window);
  await open(window, '/account/passkeys');
  await enterSecurityCode(window);
  await steps.press(window, 'Add a passkey');
  await window.page.getByText('The passkey was added.').waitFor();
  await choose(world, window, 'Passkey');
  await steps.logOut(world, window);
  await device.verifies(false);
  await steps.usePassword(world, window, who);
  await window.page.getByRole('button', { name: 'Use my passkey' }).click();
  await window.page.getByText('Nothing came back from the passkey.').waitFor();
  await look(window, 'login-passkey-trouble');
  steps.assertAt(window, '/login/passkey');
});

journey('without JavaScript the passkey pages say what is missing', async () => {
  const { window } = await signedIn({ javaScript: false });
  await open(window, '/account/passkeys');
  await window.page.getByText('Passkeys need a browser with JavaScript.').waitFor();
  await look(window, 'account-passkeys-no-script');
});

journey('a recovery code stands in for a lost phone, once', async () => {
  const { who, window } = await signedIn();
  await setUpApp(world, window, 'lost');
  await choose(world, window, 'Authenticator app');
  await open(window, '/account/recovery-codes');
  await look(window, 'account-recovery-codes-none');
  await enterSecurityCode(window);
  await window.page.getByRole('button', { name: 'Make recovery codes' }).click();
  await window.page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  await look(window, 'recovery-codes');
  const [code] = await window.page.locator('.codes code').allTextContents();
  assert.match(code, /^([2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}$/);
  await steps.logOut(world, window);

  await steps.usePassword(world, window, who);
  await steps.press(window, 'Try another way');
  await look(window, 'login-method');
  await steps.press(window, 'Recovery code');
  await look(window, 'login-recovery-code');
  await steps.enterCode(window, code.toLowerCase());
  await steps.assertInApplication(world, window, who);
  await open(window, '/account/recovery-codes');
  await window.page.getByText('You have 9 recovery codes left').waitFor();
  await steps.logOut(world, window);

  await steps.usePassword(world, window, who);
  await open(window, '/login/recovery-code');
  await steps.enterCode(window, code);
  await window.page.getByText('It is not one of yours, or it was used already.').first().waitFor();
  await look(window, 'login-recovery-code-wrong');
});
