### "This was not me": the page behind the link in a mail with a code, and what comes of it.

notme-title = Was this not you?
notme-login-lead = At { $at }, somebody entered your User ID and the right password for { $application }, and a code was sent to you.
notme-onboarding-lead = At { $at }, somebody entered your existing login name and the right password for { $application }, and a code was sent to you.
notme-recovery-lead = At { $at }, somebody entered your User ID and asked for a code: to get back into your account for { $application }, or to try passwords.
notme-browser = Browser
notme-what = What the button does
notme-ends = It ends that attempt. Its code no longer works, and if it got in, it is logged out at once.
notme-ends-recovery = It ends that attempt. Its code no longer works.
notme-password = It makes your password worthless, because somebody else knows it. You make a new one with your mailbox and your security code; without a security code, two members of the servicing team have to vouch for you.
notme-legacy = Your existing password stays as it is, because it belongs to the application: change it there, or ask us to.
notme-tells = It tells the administrators of your company, at most once a day.
notme-stays = Your other devices and sessions stay as they are. If it was you, close this page; nothing happens.
notme-button = This was not me
notme-done-title = Thank you. It has ended.
notme-done-lead = What came of that attempt was ended, here and in the application.
notme-done-password = Your password opens nothing any more. Make a new one now, with your mailbox and your security code; without a security code, the servicing team helps on the way.
notme-done-recover = Make a new password
notme-done-legacy = Somebody knows your existing password. Change it in the application, or call us: until then they can try again, and will not get in without a code from this mailbox.
notme-done-recovery = Nobody gets in with your name alone: your mailbox and your security code are asked for. There is nothing else to do.
notme-done-help = Did you enter your password on a page that was not ours, or give a code to somebody? Then call us.
notme-over-title = This link no longer works
notme-over-lead = It was used already, or it is too old. If somebody else knows your password, make a new one.
notme-over-recover = Make a new password
notme-dead-title = Your password has to be made anew
notme-dead = You told us that a login was not you, so your password no longer opens anything. You need your mailbox, and your security code or the servicing team. <a href="{ $recover }">Make a new password</a>
