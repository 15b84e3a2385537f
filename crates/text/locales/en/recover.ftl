### Getting back in.

recover-title = Get back in
recover-lead = What happened? Each way begins with your business mailbox, and none of them logs you in by itself.
recover-way-password = I forgot my password
recover-way-password-text = A code by mail, your security code, a new password.
recover-way-user-id = I forgot my User ID
recover-way-user-id-text = We mail all User IDs of your address to it. The mail also leads to a new password.
recover-way-unlock = My login is paused or locked
recover-way-unlock-text = You need not wait: prove that it is you, and choose a new password.
recover-way-factor = I lost my authenticator app or passkey
recover-way-factor-text = They are removed a day later, unless you stop it.
recover-no-security-code = You have no security code, or forgot it?
recover-no-security-code-text = Begin with <a href="{ $password }">a new password</a>. After the mailed code, choose “I forgot my security code”: it opens a case, in which two members of the servicing team vouch for you.
recover-no-mailbox = You cannot reach your mailbox?
recover-no-mailbox-text = Then the servicing team of your region helps. See <a href="{ $contacts }">whom to call, and when</a>. They will ask:
recover-asks = What they will ask
recover-asks-case = the number of the case
recover-asks-who = who you are: your name, your company, and something that only you and your company know
recover-asks-address = which business address is yours now; changing it takes a second member of staff
recover-asks-second = to wait for a second member of the team: two of them have to vouch for you, within a day
recover-never = They never ask for a password, a code or your security code.
recover-no-user-id = No Enterprise User ID yet? Then there is nothing to recover here: <a href="{ $start }">use your existing credentials</a>.

## Asking for the code

recover-password-title = Forgotten your password?
recover-password-lead = Enter your Enterprise User ID. A code goes to the business address that belongs to it.
recover-unlock-title = End a pause or lock
recover-unlock-lead = Enter your Enterprise User ID. A code goes to the business address that belongs to it; with your security code and a new password you are back in at once.
recover-factor-title = Lost your authenticator app or passkey?
recover-factor-lead = Enter your Enterprise User ID. A code goes to the business address that belongs to it. A recovery code on paper is quicker: use it at the login.
recover-send = Send the code
recover-need = What you need
recover-need-mailbox = Your business mailbox: the code is sent there.
recover-need-code = Your security code, the one that you made yourself.
recover-need-else = One of them is missing? <a href="{ $recover }">Other ways</a>
recover-ended-title = Please start again
recover-ended = This was left open for too long, was gone on with in another browser, or is done already. Nothing has changed by that.

## Forgotten User ID

recover-user-id-title = Forgotten your User ID?
recover-user-id-lead = We mail all User IDs of an address to it. They are never shown on a page.
recover-user-id-email = Your business e-mail address
recover-user-id-missing = Enter your business e-mail address, such as name@company.example
recover-user-id-send = Mail them to me
recover-sent-title = Look into your mailbox
recover-sent-lead = If the address belongs to somebody here, a mail with the User IDs is on its way to it.
recover-sent-text = It also has a link with which you make a new password, if you forgot that too.
recover-sent-nothing = Nothing arrives?
recover-sent-folder = Wait a minute, and look into the folder for unwanted mail.
recover-sent-other = Perhaps another address is on record for you. Your servicing team knows.
recover-sent-often = In an hour, only a few such mails go to one address.
recover-to-login = Go to the login
recover-again = Start again

## The code

recover-code-title = Enter the code from the mail
recover-code-where = If this User ID exists, a mail with { $digits } digits is on its way to the business address that belongs to it.
recover-code-guarded = Many wrong passwords were entered for this name. So that nobody can go on guessing, this browser needs a code before a password is looked at. If the name exists, a mail with { $digits } digits is on its way to the business address that belongs to it. Trusted Devices log in as always.
recover-slip-asked = asked for { $clock }
recover-code-nothing = Check the User ID first: for a name that nobody has, no mail is sent. In an hour, only a few such mails go to one address.
recover-code-else = It does not come at all? <a href="{ $recover }">Other ways</a>
recover-open-title = The code was right
recover-open = For an hour, this browser may try the password.
recover-problem-code = Enter the { $digits } digits from the mail marked { $tag }

## The security code, or staff

recover-about = About this recovery
recover-for = Recovering
recover-security-code-title = Enter your security code
recover-security-code-label = Security code
recover-security-code-lead = The mailbox is yours. Now the code that only you know: the 6 to 9 digits that you made yourself.
recover-show-security-code = Show the security code
recover-security-code-forgotten = I forgot my security code
recover-security-code-wrong-title = That security code is not right
recover-security-code-enter = Enter your security code
recover-security-code-wrong = These are not the digits that you made.
recover-security-code-malformed = A security code has 6 to 9 digits. Spaces and dashes do no harm.
recover-security-code-left = { $left ->
    [one] You have 1 more try for now.
   *[other] You have { $left } more tries for now.
}
recover-staff-title = We help you in person
recover-staff-none = There is no security code for this User ID, or it was entered wrong too often and is disabled.
recover-staff-lead = Without it, two members of the servicing team have to vouch for you. Open a case, then call and name its number.
recover-staff-open = Open a case
## What a case says, for staff and in the copy of one's own data

recover-case-password = Asks for a new password. Browser: { $browser }. Network: { $network }.
recover-case-factor = Asks for a lost authenticator app or passkey to be removed. Browser: { $browser }. Network: { $network }.

## Waiting for staff

recover-waiting-title = Your case is open
recover-waiting-lead = Call the servicing team and name the case. When two of them have vouched for you, you go on here.
recover-waiting-case = Case
recover-waiting-vouched = Vouched for you
recover-waiting-of = { $vouched } of { $needed }
recover-waiting-until = Open until
recover-waiting-browser = Come back to this page, in this browser. We also write to you.
recover-waiting-look = Look again
recover-refused-title = Your case was refused
recover-refused-lead = The servicing team could not make sure that it is you. Nothing has changed.
recover-refused-text = If it was a misunderstanding, call them about case { $case }, or open another case.
recover-waiting-found = I have found my security code
recover-approved-title = You can go on
recover-approved-lead = Staff have vouched for you. Your old security code, if there was one, is forgotten; the next login asks for a new one.
recover-never-here-title = Not on these pages
recover-never-here = Whoever administers others gets a lost authenticator app or passkey removed by people, never by a page: mailbox and security code are too little for that. Ask <a href="{ $contacts }">the servicing team</a>; the operator removes it at the command line.
recover-nothing-title = There is nothing to remove
recover-nothing = This login has no authenticator app and no passkey. Codes come by mail.

## The new password, and the end

recover-new-title = Choose a new password
recover-new-label = New password
recover-new-lead = It takes the place of the old one at once.
recover-new-save = Save the new password
recover-new-ends = Saving ends every login and every Trusted Device of yours, everywhere. You then log in anew.
recover-new-problem = Choose another password
recover-done-title = Your new password is stored
recover-done-lead = Log in with your User ID and the new password.
recover-done-ended = Every other login and every Trusted Device was ended, and pauses are over. We wrote to you about it.
recover-scheduled-title = Your authenticator app and passkeys will be removed tomorrow
recover-scheduled-lead = In 24 hours they and your recovery codes are removed, and codes come by mail again.
recover-scheduled-text = We have written to you. If you find what was lost, stop it with the link in that mail.
recover-cancel-title = Keep your authenticator app and passkeys?
recover-cancel-lead = Somebody asked for them and your recovery codes to be removed at { $clock }. The button stops that.
recover-cancel-button = Do not remove anything
recover-cancelled-title = Nothing will be removed
recover-cancelled-lead = Your authenticator app, passkeys and recovery codes stay as they are.
recover-cancelled-text = If it was not you who asked, change your security code: somebody knows it, and reads your mail.
recover-link-over-title = This link no longer works
recover-link-over-lead = It was used, or it is too old.
recover-link-over-text = Nothing has changed by following it.
recover-continue-title = Make a new password
recover-continue-lead = The link shows that the mailbox is yours. Your security code comes next.
recover-continue-which = For which User ID?
recover-continue-until = The link works once, until { $clock }.

## Pauses

recover-locked-title = Wait until { $until }
recover-other-ways = Other ways
recover-locked-mails = Several mails were asked for in a short time, for this name or from here. Until then none is sent. Nothing was opened and nothing is lost.
recover-locked-codes = A wrong code was entered too often. We pause so that nobody can go on guessing. Nothing was opened and nothing is lost.
recover-locked-security-codes = A wrong security code was entered too often. We pause so that nobody can go on guessing. Nothing was opened and nothing is lost.
