### Mails of a company's rollout, and the page that stops its reminders. In mails only <strong> is used as markup, through values.

## On every mail of a rollout

rollout-foot = { $brand }. This mail holds { $links } and we never send attachments. We never ask for a password by mail or telephone.
rollout-links-one = one link,
rollout-links-two = two links,
rollout-fact-phase1 = New login can be made from:
rollout-fact-phase2 = A code is asked at login from:
rollout-fact-deadline = Complete it before:
rollout-fact-cutoff = Existing credentials end on:
rollout-stop-title = No more reminders?
rollout-stop-text = You get this mail because { $company } moves to a new login for { $application }. You can stop reminders with the button. The last notice before something ends still comes.
rollout-stop-button = Stop reminders
rollout-regardless-title = Why this mail?
rollout-regardless-text = { $company } moves to a new login for { $application }. This is the last notice before { $date }; it comes even if you stopped reminders.
rollout-questions = Questions? Call us: { $reach }, { $hours }.
rollout-questions-any-time = Questions? Call us: { $reach }.
rollout-start-button = Make my Enterprise User ID
rollout-login-button = Go to the login page
rollout-help-button = Questions and answers
rollout-invitation = Your way in is the button below. It works once, until { $until } ({ $zone }), and sends a code to this address.
rollout-existing = Log in there with the credentials that you use for { $application } today. The steps take about four minutes.

## Before phase 1

rollout-announce-subject = From { $date }: a new login for { $application }
rollout-announce-preview = What will change, and what you will need. There is nothing to do today.
rollout-announce-title = { $name }, your login for { $application } will change.
rollout-announce-text = { $company } moves to a safer login. From { $date } you make an Enterprise User ID with a password of its own.
rollout-announce-code = From { $date } a code, sent to this address, is asked for as well.
rollout-announce-today = There is nothing to do today. Until then you log in as always.
rollout-announce-invitation = You have no login for { $application } yet: on that day you get an invitation.

## Phase 1 begins

rollout-phase1-subject = Make your Enterprise User ID for { $application }
rollout-phase1-preview = It takes about four minutes.
rollout-phase1-title = { $name }, you can make your new login for { $application } now.
rollout-phase1-text = { $company } moves to a safer login. Make your Enterprise User ID, a password and a security code.

## Phase 2 begins

rollout-phase2-subject = { $application } now asks for a code at login
rollout-phase2-preview = After your password, enter the code that is mailed to you.
rollout-phase2-title = { $name }, your login for { $application } now has two steps.
rollout-phase2-text = Log in with your Enterprise User ID and password, then enter the code that is sent to this address. On a browser that only you use, you can ask to be recognised: then no code is asked for until that ends.
rollout-phase2-without-subject = { $application }: make your Enterprise User ID now
rollout-phase2-without-preview = You need it to log in.
rollout-phase2-without-title = { $name }, you need an Enterprise User ID for { $application } now.
rollout-phase2-without-text = The login of { $company } now has two steps, and you have not made your Enterprise User ID yet. At your next login you are led through it; it cannot be put off any more.

## Reminders

rollout-reminder-id-subject = Reminder: make your Enterprise User ID for { $application }
rollout-reminder-id-preview = It takes about four minutes.
rollout-reminder-id-title = { $name }, your Enterprise User ID is still missing.
rollout-reminder-id-text = { $company } moves to a safer login for { $application }, and you have not made your Enterprise User ID yet.
rollout-reminder-enrol-subject = Reminder: complete your login for { $application }
rollout-reminder-enrol-preview = Your security code is missing.
rollout-reminder-enrol-title = { $name }, one step is missing.
rollout-reminder-enrol-text = You have an Enterprise User ID, and no security code yet. With it you can get back in when you forget your password. Log in, and the step comes by itself.

## The last notice

rollout-deadline-subject = Before { $date }: complete your login for { $application }
rollout-deadline-preview = After that it comes before everything else.
rollout-deadline-title = { $name }, please complete your login before { $date }.
rollout-deadline-text = From { $date } ({ $zone }) the missing steps have to be done before you get into { $application }.
rollout-cutoff-subject = Before { $date }: make your Enterprise User ID for { $application }
rollout-cutoff-preview = After that your existing credentials open nothing.
rollout-cutoff-title = { $name }, your existing credentials end on { $date }.
rollout-cutoff-text = From { $date } ({ $zone }) the credentials that you use today open nothing. Make your Enterprise User ID before; after that you need an invitation from an administrator.

## For Program Administrators

rollout-numbers-deadline-subject = { $company }: the enrolment deadline has passed
rollout-numbers-deadline-preview = { $enrolled } of { $people } are enrolled.
rollout-numbers-deadline-title = { $name }, the enrolment deadline of { $company } has passed.
rollout-numbers-deadline-text = From now on the missing steps come before { $application }. Nobody is shut out by it.
rollout-numbers-cutoff-subject = { $company }: existing credentials have ended
rollout-numbers-cutoff-preview = { $id-made } of { $people } have an Enterprise User ID.
rollout-numbers-cutoff-title = { $name }, the existing credentials of { $company } have ended.
rollout-numbers-cutoff-text = They open nothing any more and were deleted. Whoever has no Enterprise User ID needs an invitation from you or from another administrator.
rollout-numbers-people = People:
rollout-numbers-id-made = With an Enterprise User ID:
rollout-numbers-enrolled = Enrolled:
rollout-numbers-without-id = Without an Enterprise User ID:
rollout-numbers-bounced = With an address that takes no mail:

## The page that stops reminders

rollout-page-title = Stop reminders
rollout-page-lead = You get reminders because your login for { $application } will change and your part is not done yet.
rollout-page-what = If you stop them, no more reminders come. The last notice before something ends still comes, and so do codes and notices about your login.
rollout-page-button = Stop reminders
rollout-page-done-title = Reminders are stopped
rollout-page-done-lead = No more reminders come. You can make your Enterprise User ID at any time; your existing credentials work until the day that was told to you.
rollout-page-over-title = This link no longer works
rollout-page-over-lead = It is not one of ours, or not whole. Open the link in the mail again, or call us.
