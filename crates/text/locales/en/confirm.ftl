### Proving it afresh, before a change that matters.

confirm-title = Confirm that it is you
confirm-lead = You are about to see or change something that protects your login. Enter your password again, so that nobody else can do it at your desk.
confirm-lead-code = You are about to see or change something that protects your login. Enter your password again, and then a code, even on a Trusted Device, so that nobody else can do it at your desk.
confirm-as = Logged in as
confirm-not-saved-title = Nothing was changed yet
confirm-not-saved = It was a while ago that you last proved who you are. Confirm it here, and you come back to the page to send it again.
confirm-ended-title = Please confirm again
confirm-ended = The confirmation was left open for too long, or was answered on another page.
confirm-lasts = It counts for { $span }, in this browser.
confirm-back = Back to your account
confirm-forgotten = I have forgotten my password
confirm-forgotten-text = You need your business mailbox and your security code. Making a new password ends every session, this one too. <a href="{ $recover }">Make a new password</a>
confirm-no-password-title = Log in again first
confirm-no-password = You have no Enterprise User ID yet, so there is no password that we could ask for. Log out and log in again: for { $span } after that you can change what you like.
confirm-wrong-title = That is not your password
confirm-wrong-summary = Enter your password again
confirm-wrong = That is not the password of { $user-id }. Check the caps lock key.
confirm-missing = Enter your password
