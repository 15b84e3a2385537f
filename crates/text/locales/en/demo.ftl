### The demo's inbox and control page.

demo-word = Demo
demo-banner = A demo on this machine. Every company, person and card is invented, and nothing is sent to anybody.
demo-login-page = Login page
demo-application = Application
demo-problem = That did not work
demo-no-such-page = There is no such page.
demo-failed = The demo could not do this. Its log says why.

## Inbox

demo-inbox = Demo inbox
demo-inbox-lead = Every mail that this demo sends ends here. Nothing leaves this machine.
demo-mailbox = Mailbox
demo-mailbox-all = { $unread ->
    [0] All mailboxes
   *[other] All mailboxes ({ $unread } new)
}
demo-mailbox-one = { $unread ->
    [0] { $address }
   *[other] { $address } ({ $unread } new)
}
demo-mailbox-open = Open
demo-count = { $count ->
    [0] No mails.
    [one] 1 mail, newest first. New ones appear by themselves.
   *[other] { $count } mails, newest first. New ones appear by themselves.
}
demo-look-again = Look again
demo-mails = Mails
demo-empty = No mail has arrived here yet. Log in, and the code you are sent appears in this place.
demo-unread = , not yet read
demo-no-subject = (no subject)
demo-to = to { $address }
demo-arrived = Arrived { $when }
demo-go-to-login = Go to the login page
demo-whole = See the whole mail
demo-whole-lead = As a mail program shows it. Links open in a new tab.
demo-source = See its source
demo-back-to-mail = Back to the inbox
demo-no-such-mail = This mail is not kept any more.

## Control page

demo-control = Demo control
demo-control-lead = Make happen now what would take days, and break what should not break.
demo-clock = The clock
demo-now = In this demo it is { $moment }.
demo-advance = { $minutes ->
    [one] 1 minute on
    [1440] 1 day on
    [44640] 31 days on
   *[other] { $minutes } minutes on
}
demo-advance-minute = The countdowns move.
demo-advance-code = A code that was sent has expired, and a short wait is over.
demo-advance-idle = A session that nobody used has ended.
demo-advance-day = A locked account opens again, and every session has ended.
demo-advance-trust = Trusted Devices ask for a code again, and invitations have expired.
demo-too-far = The clock moves by at most 400 days at once. Choose a shorter step.
demo-done-clock = The clock was moved.

demo-mail-server = The mail server
demo-mood-running = Running
demo-mood-stopped = Stopped: connections are cut off
demo-mood-deferring = Refuses for now: every mail gets a temporary error
demo-mood-refusing = Refuses for good: every mail gets a permanent error
demo-mood-run = Run again
demo-mood-stop = Stop it
demo-mood-defer = Answer "try later"
demo-mood-refuse = Answer "no such mailbox"
demo-no-such-mood = The mail server knows no such state. Use the buttons of the control page.
demo-done-mail = The mail server was changed.

demo-companies = Companies
demo-company = Company
demo-region = Region
demo-stage = Now
demo-next-stage = Move on to
demo-last-stage = Nothing comes after
demo-stage-before = Before phase 1
demo-stage-phase-1 = Phase 1
demo-stage-phase-2 = Phase 2
demo-stage-deadline = Enrolment deadline passed
demo-stage-cut-off = Legacy cut-off passed
demo-no-such-company = There is no such company in this demo.
demo-no-next-phase = This company is in its last stage already.
demo-done-phase = The company was moved.

demo-accounts = Accounts to try
demo-accounts-lead = Choose a person, log in as them, and read their mails in the inbox.
demo-person = Person
demo-login = Log in with
demo-password = Password
demo-security-code = Security code: { $code }
demo-try = What to try
demo-their-mails = Their mails

demo-cases = Cases of people who want to get back in
demo-cases-none = None is open. Somebody opens one when they choose “I forgot my security code” while they get back in.
demo-case = Case
demo-vouch = Vouch
demo-vouch-as = Vouch as { $name }
demo-vouched-enough = Enough people have vouched: the person can go on.
demo-cannot-vouch = That cannot be vouched for: the case is over, or this person has vouched already.
demo-done-vouch = That was noted. It takes two people.
demo-staff = Staff

demo-start-over = Start over
demo-start-over-lead = Throws away everything that was done in this demo: IDs, devices, mails and receipts. The clock goes back to now.
demo-start-over-now = Start over
demo-done-start = The demo is as it was at the beginning.

## What to try with each account

demo-hint-onboard = First time: choose “Use your existing credentials” and make the Enterprise User ID. Close the window on the way and come back.
demo-hint-onboard-administrator = The same as a Program Administrator: another help contact, and the company view in the application.
demo-hint-one-factor = Has an Enterprise User ID. Until phase 2 it opens the application without a code; move the company on and try again.
demo-hint-invited = No existing credentials: open the invitation in the inbox.
demo-hint-two-factor = Log in, take the code from the inbox, make the browser a Trusted Device, log out and in again. Then advance the clock by 31 days.
demo-hint-administrator = Log in as a Program Administrator on another browser.
demo-hint-recover = Forgot the password: choose “I have forgotten my User ID or password” on the login page. Then once more without the security code, and let two members of staff vouch on the control page. Or answer the mail with a code by “This was not me”.
demo-hint-factors = In the account, set up an authenticator app, a passkey or recovery codes, and choose what is asked for first. Then say that it is lost: it is removed a day later, unless you stop it.
demo-hint-staff = An operator: vouches for people in cases, on the control page. Logs in like everybody, and has no cards.
demo-hint-enrol = Has an ID but no security code: asked at each login, and “not now” works until the deadline.
demo-hint-late = Phase 2 without an ID: existing credentials, a code by e-mail, and no “not now”.
demo-hint-before = Before phase 1: existing credentials open the application as ever, and a page says what will come.
