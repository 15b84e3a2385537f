### What happened to one's own login, in plain words.

activity-title = Activity
activity-lead = What happened to your login, the latest first. Times are those of { $zone }.
activity-none = Nothing has happened yet.
activity-alarming = Look twice:
activity-older = Older
activity-latest = Back to the latest
activity-not-you-title = Something here was not you?
activity-not-you = Then somebody else may have got in. End everything at once; the next page says what that does.
activity-not-you-button = This was not me

activity-disown-title = End everything?
activity-disown-lead = Do this when you find activity that was not yours. It takes effect at once, everywhere, and cannot be undone.
activity-disown-sessions = Every session ends, this one too.
activity-disown-devices = Every Trusted Device is forgotten: each browser is asked for a code again.
activity-disown-pending = Logins that are half done, and codes that are on their way, become worthless.
activity-disown-password = Your password stops working. You make a new one with your mailbox and your security code.
activity-disown-password-stands = Your password goes on working, because you have no security code to make a new one with. Log in again and change it at once.
activity-disown-told = Your company’s administrators are told that it happened, and not what you did here.
activity-disown-button = End everything
activity-disown-back = No, go back

activity-login-failed = A wrong password was entered for your login.
activity-code-sent = A code was sent to your business address.
activity-code-failed = A wrong code was entered, after the right password.
activity-locked = Login was paused, because of too many wrong tries.
activity-factor-added = A way to confirm logins was added.
activity-factor-removed = A way to confirm logins was removed.
activity-channel-chosen = How you confirm your logins was changed.
activity-recovery-codes-made = Recovery codes were made; older ones stopped working.
activity-recovery-code-used = A recovery code was used.
activity-passkey-alarm = A passkey was refused, because there may be a copy of it.
activity-factor-disabled = Codes were switched off, because of too many wrong ones.
activity-session-started = { $how ->
    [legacy] You logged in with your existing credentials.
    [password] You logged in with your password.
    [email-otp] You logged in with your password and a code by e-mail.
    [trusted-device] You logged in on a Trusted Device.
    [authenticator-app] You logged in with your password and your authenticator app.
    [passkey] You logged in with a passkey.
    [recovery-code] You logged in with your password and a recovery code.
   *[other] You logged in.
}
activity-session-ended = A session was ended.
activity-confirmed = You confirmed that it is you, before a change.
activity-password-changed = Your password was changed.
activity-security-code-changed = Your security code was changed.
activity-security-code-failed = A wrong security code was entered.
activity-language = You chose a language.
activity-exported = You took a copy of your data.
activity-not-me = You told us: this was not me.
activity-device-trusted = A browser was made a Trusted Device.
activity-device-revoked = A Trusted Device was removed.
activity-device-renamed = A Trusted Device was given another name.
activity-device-alarm = An old or altered copy of a Trusted Device was used; the device was removed.
activity-onboarding-started = You confirmed your details and began to make your Enterprise User ID.
activity-user-id-made = Your Enterprise User ID was made; your existing credentials stopped working.
activity-security-code-made = Your security code was made.
activity-postponed = You chose “Not now”.
activity-enrolled = Your enrolment was completed.
activity-case-opened = A case was opened for the servicing team.
activity-case-closed = A case was closed.
activity-case-approved = Staff confirmed that it is you.
activity-invited = An invitation was sent to your business address.
activity-disabled = Your access was taken away.
activity-enabled = Your access was given back.
activity-unlocked = The pause of your login was ended by your administrators.
activity-recovery-asked = Somebody asked for a code to get back into your account.
activity-recovery-code-failed = A wrong code was entered, to get back into your account.
activity-recovery-started = The code to get back into your account was entered.
activity-door-opened = A code from your mailbox allowed a browser to try passwords.
activity-recovery-completed = Your account was recovered, with a new password.
activity-user-ids-mailed = Your User ID was sent to your business address, because somebody asked for it.
activity-removal-scheduled = The removal of a lost authenticator app or passkey was asked for.
activity-removal-cancelled = That removal was cancelled.
activity-mail-failed = A mail to you could not be delivered.
activity-reminders-stopped = Reminders of the new login were stopped.
