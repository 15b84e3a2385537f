// Second factors beside the mailbox, as a signed-in person sets them up and chooses among them.
import { appCode } from './authenticator.js';
import { look } from './look.js';
import { SECURITY_CODE } from './people.js';
import * as steps from './steps.js';

/** Binding a factor takes the security code. */
export const enterSecurityCode = (window) => window.page.getByLabel('Your security code').fill(SECURITY_CODE);

/** Sets up an app; gives the function that tells its code so many minutes after the demo began. */
export async function setUpApp(world, window, name) {
  await window.page.goto(`${world.demo.portal}/account/authenticator-app`);
  await look(window, `account-app-${name}`);
  await enterSecurityCode(window);
  await steps.press(window, 'Set up an app');
  steps.assertAt(window, '/account/authenticator-app/set-up');
  await look(window, `account-app-new-${name}`);
  const key = await window.page.locator('dd code').textContent();
  const code = (minutes = 0) => appCode(key, Date.now() + minutes * 60_000);
  await window.page.getByLabel('Enter the code that the app shows now').fill(code());
  await steps.press(window, 'Confirm');
  await window.page.getByText('Your authenticator app is ready.').waitFor();
  return code;
}

/** From now on this way, by its name, is asked for first. */
export async function choose(world, window, name) {
  await window.page.goto(`${world.demo.portal}/account/channel`);
  await window.page.getByLabel(name, { exact: true }).check();
  await enterSecurityCode(window);
  await steps.press(window, 'Choose');
  await window.page.getByText('From now on this is asked for first.').waitFor();
}
