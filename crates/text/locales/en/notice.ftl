### Notices by mail: what changed about a login, and what to do when it was somebody else. A heading is also the subject.

notice-several-subject = Your login for { $application } has changed
notice-several-title = { $name }, several things about your login have changed.

## What to do

notice-not-you-look = Then somebody has got into your account. Log in, look at “Devices and sessions” on the page of your account, end what you do not know, and change your password.
notice-not-you-recover = Then somebody else has your account. On the login page choose “I have forgotten my User ID or password”, and get it back with your mailbox and your security code.

## Trusted Devices

notice-new-device = A new Trusted Device for your login
notice-new-device-text = { $device } now logs in to { $application } with your ID and password, without a code. You can end this at any time, on the page of your account.
notice-new-device-not-you = Then somebody has your password and read a code sent to you. Change your password, and remove the device on the page of your account.
notice-device-dropped = Your oldest Trusted Device was dropped
notice-device-dropped-text = { $device } is no longer trusted, because a newer device took its place. Its next login asks for a code.
notice-device-alarm = We no longer trust one of your devices
notice-device-alarm-text = An old or altered copy of what makes us recognise { $device } was used. That happens when a computer is restored from a backup, or when somebody has copied the browser's data. To be safe, we removed the device. Your next login there asks for a code.
notice-device-alarm-not-you = If nothing was restored, have the computer checked for malware before you use it to log in, and change your password from another one.

## The second step of a login

notice-wrong-second = Your password was used, and the code was wrong
notice-wrong-second-text = Somebody entered your User ID and the right password, and then a wrong code. Nobody got in that way. If you mistyped the code, there is nothing to do.
notice-wrong-second-not-you = Then somebody has your password. Change it, on the page of your account.
notice-channel = How you confirm your logins has changed
notice-channel-email-text = From now on your logins are confirmed with a code sent to this address.
notice-channel-app-text = From now on your logins are confirmed with your authenticator app.
notice-channel-passkey-text = From now on your logins are confirmed with your passkey.
notice-app-added = An authenticator app was added to your login
notice-app-added-text = Its codes can now confirm your logins.
notice-app-removed = The authenticator app was removed from your login
notice-app-removed-text = Its codes no longer confirm your logins.
notice-passkey-added = A passkey was added to your login
notice-passkey-added-text = It can now confirm your logins.
notice-passkey-removed = A passkey was removed from your login
notice-passkey-removed-text = It no longer confirms your logins.
notice-passkey-alarm = One of your passkeys may have been copied
notice-passkey-alarm-text = { $device } counts how often it was used, and its count went back. Remove it on the page of your account, and add it anew.
notice-codes-made = Recovery codes were made for your login
notice-codes-made-text = Each of them can stand in once for a lost authenticator app or passkey. Codes made before no longer work.
notice-codes-removed = The recovery codes were removed from your login
notice-codes-removed-text = None of them works any more.
notice-code-used = A recovery code was used for your login
notice-code-used-text = It stood in for your authenticator app or passkey, and does not work again.

## Password, security code, recovery

notice-password = Your password was changed
notice-password-text = All other sessions were ended, and every browser is asked for a code at its next login.
notice-security-code-made = Your security code was made
notice-security-code-made-text = Together with your mailbox it lets you back in when you forget your password.
notice-security-code = Your security code was changed
notice-security-code-text = The one before no longer works.
notice-code-disabled = Your security code no longer works
notice-code-disabled-text = It was entered wrong too many times in a row, so that nobody can use it any more, not even with the right number. Your logins stay as they are. For a new one, choose “I have forgotten my User ID or password” on the login page and “I forgot my security code” on the way: two members of the servicing team make sure that it is you.
notice-code-disabled-not-you = Then somebody can read your mail, or sits at a browser where you are logged in. End what you do not know under “Devices and sessions” on the page of your account, change your password, and tell your own administrators and us.
notice-recovery-started = Somebody is getting back into your account
notice-recovery-started-text = They entered a code that we sent to this address, or followed a link in a mail of ours. Next they need your security code, or two members of the servicing team who vouch for them.
notice-recovery-started-not-you = Then somebody can read your mail. Tell your own administrators and us; if a mail with a code came, press “This was not me” in it.
notice-recovery-done = Your account was recovered, and your password is a new one
notice-recovery-done-text = Your mailbox was proven, and with it your security code or the word of two members of the servicing team. All sessions and Trusted Devices were ended.
notice-not-me = You told us: this was not me
notice-not-me-text = What you did not know was ended, and your password no longer opens anything. On the login page choose “I have forgotten my User ID or password”, and make a new one.
notice-not-me-not-you = If you did not press that button, in a mail or on the page of your account, somebody else did. Tell your own administrators.

## Once a day at most, for administrators

notice-digest-subject = “This was not me”: reports from { $company }
notice-digest-preview = Users of { $company } told us that somebody else used their details.
notice-digest-title = { $name }, users of { $company } told us: this was not me.
notice-digest-text = Each of them got a code that they had not asked for, or found something in their activity that was not theirs. What came of it was ended, and a password that somebody else knew no longer opens anything.
notice-digest-next = Nothing has to be done for { $application }: each of them makes a new password, with mailbox and security code. Ask them whether they entered their details on a page that was not ours.
notice-digest-count = Users:
notice-digest-since = Since:
notice-digest-name = Name:
notice-digest-many = Is it more than one?
notice-digest-many-text = Then somebody may be trying your company's logins one after the other. We can help you to stop it.
