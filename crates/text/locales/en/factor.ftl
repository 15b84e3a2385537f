### Second steps beside the mailed code: authenticator app, passkeys, recovery codes, and which of them is asked for first.

## At the login

factor-app-title = Enter the code of your authenticator app
factor-app-lead = Open the app on your phone. It shows { $digits } digits for { $application }, and new ones every 30 seconds.
factor-app-wrong-title = That code did not work
factor-app-wrong = Enter the { $digits } digits that the app shows now
factor-app-wrong-detail = This is not the code of this moment, or it was used already. Wait for the next one and enter that.
factor-app-never = The codes are never right
factor-app-never-text = The app counts the time. Set date and time on your phone to “automatic”, and look whether the app shows the entry for { $application }.
factor-app-disabled-title = The app's codes no longer work
factor-app-disabled = They were entered wrong too often in a row. Log in another way, and set up the app again on the page of your account.
factor-another-way = Try another way
factor-lost = I do not have it with me
factor-lost-codes = Use one of the <a href="{ $codes }">recovery codes</a> that you printed.
factor-lost-none = You have no recovery codes. <a href="{ $recover }">Get back in</a> with your mailbox and your security code.
factor-way-title = How do you want to confirm your login?
factor-way-lead = Only what is at least as safe as the way you chose is on offer.
factor-way-email = A code by e-mail
factor-way-email-text = To your business address.
factor-way-app = Authenticator app
factor-way-app-text = A code that your phone computes.
factor-way-passkey = Passkey
factor-way-passkey-text = Your phone, computer or security key confirms that it is you.
factor-way-code = Recovery code
factor-way-code-text = From the sheet that you printed. Each works once.
factor-passkey-title = Use your passkey
factor-passkey-lead = Your browser asks you to confirm with your fingerprint, your face or the PIN of the device or security key that holds the passkey.
factor-passkey-use = Use my passkey
factor-passkey-trouble = Nothing came back from the passkey. Try again, or try another way.
factor-passkey-refused-title = That passkey did not work
factor-passkey-refused = Try again
factor-passkey-refused-detail = It does not belong to this account, it was removed, or the answer came too late. Try again, or try another way.
factor-passkey-missing = Passkeys need a browser with JavaScript. Here they cannot be used; try another way.
factor-passkey-login = Log in with a passkey
factor-passkey-login-hint = Without User ID and password, where you have added one.
factor-code-title = Enter a recovery code
factor-code-lead = From the sheet that you printed: 16 letters and digits. Small or capital letters, with or without dashes.
factor-code-hint = The code is used up by this. Codes that you have not used stay good.
factor-code-wrong-title = That recovery code did not work
factor-code-wrong = Enter another recovery code
factor-code-wrong-detail = It is not one of yours, or it was used already.
factor-code-malformed = Enter the 16 letters and digits of one code
factor-code-malformed-detail = A recovery code has 16 signs, such as 2XK7-M4QP-9RTH-WB3C. There is no 0, 1, I, L or O in it. This try was not counted.
factor-code-disabled-title = Your recovery codes no longer work
factor-code-disabled = They were entered wrong too often in a row. Log in another way, and make new ones on the page of your account.

## On the pages of the account

factor-nav-channel = Confirming logins
factor-nav-app = Authenticator app
factor-nav-passkeys = Passkeys
factor-nav-codes = Recovery codes
factor-needs-code-title = This needs a security code that works
factor-needs-code = Without one, codes always go to your business address. You have not made one yet? <a href="{ $page }">Make your security code</a>
factor-needs-code-lost = You have forgotten it, or it was entered wrong too often and no longer works? <a href="{ $page }">What you can do</a>
factor-since = Since
factor-last-used = Last used
factor-never = Never
factor-ends = You are logged out everywhere else, and no browser stays trusted.
factor-in-use-title = This is how you confirm your logins
factor-in-use = To remove it, first <a href="{ $page }">choose another way</a>.
factor-remove = Remove
factor-done-app = Your authenticator app is ready. Its codes can now confirm your logins.
factor-done-app-removed = The authenticator app was removed.
factor-done-passkey = The passkey was added. It can now confirm your logins.
factor-done-passkey-renamed = The passkey has its new name.
factor-done-passkey-removed = The passkey was removed.
factor-done-choose = Would you rather not wait for a mail at each login? <a href="{ $page }">Choose an authenticator app or a passkey</a>
factor-done-channel = From now on this is asked for first.

factor-app-about = An app on your phone computes a new code every 30 seconds, without any network. Nothing is sent that could be read on its way.
factor-app-set-up = Set up an app
factor-app-again = Set up another phone
factor-app-again-text = The codes of the app you have now stop working as soon as the new one is confirmed.
factor-app-new-title = Set up your authenticator app
factor-app-step-1 = Open an authenticator app, and let it scan this picture
factor-app-picture = Picture for the authenticator app; the key below it says the same
factor-app-key = Or type this key into the app
factor-app-key-hint = Time-based, 6 digits, 30 seconds
factor-app-step-2 = Enter the code that the app shows now
factor-app-keep = Nobody but you may see picture and key. They are not shown again.
factor-app-confirm = Confirm
factor-app-gone-title = Please begin again
factor-app-gone = The picture was shown for too long, or you have confirmed again who you are since then. It is worth nothing any more.
factor-app-not-code = Enter the 6 digits that the app shows now
factor-app-new-wrong = This is not the code that the app should show now. Look whether it is the new entry, and wait for the next code.
factor-app-clock-ahead = The code is right for a clock that is { $span } ahead. Set date and time on your phone to “automatic”, and enter the next code.
factor-app-clock-behind = The code is right for a clock that is { $span } behind. Set date and time on your phone to “automatic”, and enter the next code.

factor-passkeys-about = A passkey is kept by your phone, your computer or a security key, and cannot be entered on a false page. With it you log in without User ID and password, or confirm a login after them.
factor-passkeys-none = You have no passkey yet.
factor-passkeys-count = { $count ->
    [one] 1 passkey
   *[other] { $count } passkeys
} of at most { $most }
factor-passkey-add = Add a passkey
factor-passkey-name = Name
factor-passkey-name-hint = So that you know it again, such as “Work phone”.
factor-passkey-rename = Rename
factor-passkey-new-name = New name of { $name }
factor-passkey-synchronised = Kept in more places than one
factor-passkey-full = You have as many passkeys as there may be. Remove one before you add another.
factor-passkey-impossible = This portal is reached by a bare network address, where browsers have no passkeys.
factor-passkey-add-trouble = Nothing came back from the passkey. Perhaps this device has one for you already, or it was interrupted.
factor-passkey-not-added-title = The passkey was not added
factor-passkey-not-added = Add it again
factor-passkey-not-added-detail = The answer did not fit, or it came too late.
factor-passkey-taken-detail = This passkey belongs to an account already.
factor-passkey-no-name = Enter a name for the passkey

factor-codes-about = If you lose phone or passkey, a recovery code stands in for it, once. Print the codes, and keep them where you keep other valuable papers.
factor-codes-left = { $left ->
    [0] You have no recovery codes.
    [one] You have 1 recovery code left, made on { $date }.
   *[other] You have { $left } recovery codes left, made on { $date }.
}
factor-codes-few-title = Only a few codes are left
factor-codes-few = Make new ones before the last is used.
factor-codes-make = Make recovery codes
factor-codes-again = Make new codes
factor-codes-again-text = Those that you have now stop working.
factor-codes-title = Your recovery codes
factor-codes-once = They are shown only now. Print this page or write them down before you leave it.
factor-codes-each = Each code works once. Nobody from { $brand } will ask you for one.
factor-codes-for = For
factor-codes-made = Made
factor-codes-saved = I have kept them

factor-channel-about = After User ID and password, or on a device that is not trusted, your login is confirmed with what you choose here. You can always take something safer at the login, never something less safe.
factor-channel-title = How do you want to confirm your logins?
factor-channel-email = A code by e-mail
factor-channel-email-text = To { $email }. Always there.
factor-channel-app = Authenticator app
factor-channel-app-text = A code that your phone computes. Safer than e-mail.
factor-channel-passkey = Passkey
factor-channel-passkey-text = Cannot be entered on a false page. The safest.
factor-channel-set-up = <a href="{ $page }">Set it up first</a>
factor-channel-code = Your security code
factor-channel-code-hint = The 6 to 9 digits that you made yourself.
factor-channel-choose = Choose
factor-channel-codes = No recovery codes yet: without them, getting back in takes a day if you lose it. <a href="{ $page }">Make recovery codes</a>
factor-channel-wrong-title = Nothing was changed
factor-channel-wrong = Enter your security code
factor-channel-wrong-detail = { $left ->
    [one] That is not your security code. 1 more try is looked at for now.
   *[other] That is not your security code. { $left } more tries are looked at for now.
}
factor-channel-malformed = A security code has 6 to 9 digits.
factor-channel-paused = It was entered wrong too often. Try again from { $until }.
factor-code-none = This needs a security code that works
factor-channel-not-owned = Set it up first, then choose it.
factor-channel-pick = Choose one of the ways
