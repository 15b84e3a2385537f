// Pages that a person reaches beside the main road, on every device, and the way back from each dead end.
import assert from 'node:assert/strict';
import { MINUTES } from '../harness/control.js';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { EARLY, NEWCOMER, SETTLED, newcomer, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { waitFor } from '../harness/wait.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

const PAGES = {
  '/': 'welcome',
  '/login': 'login',
  '/start': 'start',
  '/help': 'help',
  '/help/contacts': 'help-contacts',
  '/privacy': 'privacy',
  '/recover': 'recover',
  '/recover/password': 'recover-password',
  '/recover/unlock': 'recover-unlock',
  '/recover/factor': 'recover-factor',
  '/recover/user-id': 'recover-user-id',
  '/recover/cancel': 'recover-link-over',
  '/stop-reminders': 'stop-reminders-over',
  '/invite': 'invite-closed',
  '/no-such-page': 'error-404',
};

for (const javaScript of [true, false]) {
  journey(`pages for everybody, JavaScript ${javaScript ? 'on' : 'off'}`, async () => {
    const window = await world.browser.open({ javaScript });
    for (const [path, name] of Object.entries(PAGES)) {
      await window.page.goto(`${world.demo.portal}${path}`);
      await window.page.getByText('This is a demo.').first().waitFor();
      await look(window, name);
    }
  });
}

journey('the demo’s inbox, control page and application', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await window.page.goto(world.demo.inbox);
  await look(window, 'demo-inbox-empty');
  await steps.logIn(world, window, who);
  await steps.assertInApplication(world, window, who);
  for (const path of ['/', '/statements', '/cards']) {
    await window.page.goto(`${world.demo.application}${path}`);
    await look(window, `application${path.replaceAll('/', '-')}`);
  }
  await window.page.goto(world.demo.inbox);
  await look(window, 'demo-inbox');
  await window.page.goto(`${world.demo.inbox}/control`);
  await look(window, 'demo-control');
});

journey('the account: profile, devices and sessions', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await steps.logIn(world, window, who, { trust: true });
  await steps.assertInApplication(world, window, who);
  await window.page.goto(`${world.demo.portal}/account`);
  await window.page.getByText(who.email).first().waitFor();
  await look(window, 'account');
  await window.page.goto(`${world.demo.portal}/account/devices`);
  await look(window, 'account-devices');
});

journey('somebody whose company has not begun is told what will come, and gets in as ever', async () => {
  await world.control.startOver();
  const grace = await newcomer(world, EARLY, 'grace.early');
  const window = await world.browser.open();
  await steps.useLegacy(world, window, grace);
  await window.page.getByRole('heading', { name: 'Your login will change' }).waitFor();
  await look(window, 'start-announcement');
  await window.page.locator('main').getByRole('link').or(window.page.locator('main').getByRole('button')).first().click();
  await steps.assertInApplication(world, window, grace);
});

journey('wrong details become a case, with a number and the contact of the region', async () => {
  await world.control.startOver();
  const amara = await newcomer(world, NEWCOMER, 'amara.corrects');
  const window = await world.browser.open();
  await steps.useLegacy(world, window, amara);
  steps.assertAt(window, '/start/profile');
  await steps.press(window, 'No, something is wrong');
  await look(window, 'start-profile-wrong');
  await window.page.getByLabel('My name').check();
  await window.page.getByLabel('What should it be?').fill('Amara Chidinma Okafor');
  await steps.press(window, 'Send to the servicing team');
  await window.page.getByRole('heading', { name: /Your case is/ }).waitFor();
  await look(window, 'start-profile-reported');
});

journey('a wrong password says so without saying whether the name exists', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const answers = [];
  for (const userId of [who.userId, 'nobody.of.this.name']) {
    const window = await world.browser.open();
    await steps.usePassword(world, window, { userId, password: 'not the password at all' });
    await window.page.getByRole('alert').waitFor();
    await look(window, 'login-wrong');
    answers.push(await window.page.getByRole('alert').innerText());
  }
  assert.equal(answers[0], answers[1]);
});

journey('five wrong passwords pause the login, and the page says until when', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  for (let tries = 0; tries < 6; tries += 1) {
    await steps.usePassword(world, window, { ...who, password: `wrong ${tries} and wrong again` });
  }
  await window.page.getByRole('heading', { name: /^Login is paused until/ }).waitFor();
  await look(window, 'login-locked');
});

journey('an idle session ends, and the login page says why', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await steps.logIn(world, window, who);
  await steps.assertInApplication(world, window, who);
  await world.control.advance(16);
  await window.page.goto(`${world.demo.portal}/account`);
  await window.page.getByText('You have been logged out').waitFor();
  await look(window, 'login-idle');
});

journey('the link in a mail of the rollout stops reminders, of one person', async () => {
  await world.control.startOver();
  const [grace, marcus] = [await newcomer(world, EARLY, ''), await newcomer(world, 'Marcus Bell', '')];
  await world.control.nextPhase(grace.company);
  // Mails of a rollout wait for office hours.
  await world.control.advance(MINUTES.day);
  const mail = await world.inbox.awaitMail(grace.email, { subject: /^Make your Enterprise User ID for / });
  const window = await world.browser.open();
  await window.page.goto(mail.text.match(/http\S+\/stop-reminders\S+/)[0]);
  await look(window, 'stop-reminders');
  await steps.press(window, 'Stop reminders');
  await window.page.getByRole('heading', { name: 'Reminders are stopped' }).waitFor();
  await look(window, 'stop-reminders-done');

  const reminders = async ({ email }) =>
    (await world.inbox.mails(email)).filter(({ subject }) => /^Reminder: /.test(subject)).length;
  for (const week of [1, 2]) {
    await world.control.advance(7 * MINUTES.day);
    const awaited = async () => ((await reminders(marcus)) === week ? true : null);
    await waitFor(`reminder ${week} to the colleague`, awaited);
  }
  assert.equal(await reminders(grace), 0, 'no reminder follows');
});
