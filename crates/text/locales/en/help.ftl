### Questions and answers, contacts, privacy, and getting back in.

help-title = Questions and answers
help-lead = About the new login to { $application }.
## The change

help-change = The change
help-why-q = Why is there a new login?
help-why-a = A password alone can be stolen without anybody noticing. With a second step, a stolen password opens nothing.
help-law-q = Is it a legal duty?
help-law-a = In many countries it is, for payments and for what belongs to them. Whether and from when it holds for your company is decided for each country and company; your administrators know the dates.
help-what-q = What changes for me?
help-what-a = You log in with an Enterprise User ID and a password of its own, and then with a one-time code. The application behind it stays as it is.
help-when-q = When does it begin?
help-when-a = Company by company, in two steps: first you make your Enterprise User ID; later, from a date that the pages name, a code is asked for as well.
help-first-q = How do I begin?
help-first-a = <a href="{ $start }">Use your existing credentials</a> one last time. You check your details, confirm your e-mail address, and choose an Enterprise User ID with a password of its own. It takes about four minutes.
help-need-q = What do I need?
help-need-a = Your existing login name and password, and your business mailbox. For the security code, nothing but a number that you can remember.
help-old-q = What becomes of my existing login name and password?
help-old-a = They work until you have made your Enterprise User ID. From that moment they open nothing.
help-wrong-q = My name or my e-mail address is wrong
help-wrong-a = Nobody can change them on these pages, because they protect your login. Say on the page that something is wrong; the servicing team of your region corrects it and writes to the old and the new address.
help-later-q = Can I do it later?
help-later-a = Where your company allows it, the pages offer “Not now” and say until when. We ask again at each login. If you close the window half-way, what was finished is kept.

## Codes and Trusted Devices

help-codes = Codes and Trusted Devices
help-late-q = The code does not arrive
help-late-a = The page shows how far the mail has come. Look into the folder for unwanted mail, and then ask for a new code; it takes the place of the old one. A code works for { $span }.
help-tag-q = What are the letter and the digit beside the code?
help-tag-a = A tag, such as K3. Page and mail show the same one, so you know which mail belongs to the page in front of you. Never enter a code on a page that shows another tag, or none.
help-trust-q = What is a Trusted Device?
help-trust-a = A browser that you asked us to recognise. For { $span } you log in there without a code. You see all of them in your account and can remove each. Do not trust a browser that others use.
help-again-q = Why am I asked for a code on a Trusted Device?
help-again-a = Because its time was over, because your password or another part of your login changed, or because you are about to change something that matters. The page says which.
help-channel-q = Can codes reach me in another way?
help-channel-a = With a security code you can use an authenticator app or a passkey in place of the mail. <a href="{ $channel }">Choose it in your account</a>. Without a security code they always go to your business address.

## When something does not work

help-stuck = When something does not work
help-security-code-q = What is the security code for?
help-security-code-a = It is { $least } to { $most } digits that you make yourself. Together with your mailbox it lets you back in when you forget your password or are locked out. It is never asked for in everyday login, and alone it opens nothing. Forgotten? Then two members of the servicing team have to make sure that it is you.
help-forgotten-q = I have forgotten my User ID or password
help-forgotten-a = Your User ID is sent to your business address. For a new password you need your mailbox and your security code. <a href="{ $recover }">Get back in</a>
help-locked-q = My login is paused
help-locked-a = After several wrong tries we wait, so that nobody can go on guessing. The page says until when; asking again does not make it longer. Your Trusted Devices are not affected.
help-phone-q = I have lost my phone, or have a new one
help-phone-a = Use another way that the page offers, or one of the recovery codes that you printed. Without any, <a href="{ $recover }">have the authenticator app or passkey removed</a>, with your mailbox and your security code, after a day in which you could still stop it.
help-mailbox-q = I cannot reach my mailbox
help-mailbox-a = Codes go to your business address only. If it is wrong, or no longer yours, <a href="{ $contacts }">the servicing team of your region</a> makes sure that it is you, and corrects it.
help-not-me-q = I got a code that I did not ask for
help-not-me-a = Somebody knows your User ID, and perhaps your password. Press “This was not me” in that mail: it ends what came of the attempt.
help-asked-q = Somebody asks me for a code or a password
help-asked-a = End the call, or do not answer the mail. Nobody who works with us ever asks for them. <a href="{ $contacts }">Then tell us</a>.

## For Program Administrators

help-administrators = For Program Administrators
help-wave-q = When is it my company’s turn?
help-wave-a = You are told the dates of both steps and of the deadline beforehand, and your contact can tell you again. Until the first date nothing changes for your users.
help-reset-q = Can I reset the password of a user, or read a code to them?
help-reset-a = No. Nobody chooses the password of somebody else, and codes are seen by their owner alone. Users get back in by themselves, with mailbox and security code; without one, through the servicing team.
help-shared-q = Several people use one login name
help-shared-a = Each of them needs one of their own: codes, Trusted Devices and activity belong to one person. Ask your contact for more users.
help-leaver-q = Somebody leaves the company
help-leaver-a = Tell your contact at once: access ends with all sessions and Trusted Devices, everywhere and in the same moment.

## Privacy

help-privacy = Privacy
help-kept-q = What do you keep about me?
help-kept-a = Your details, what is needed to check your login, and what happened to it, each for a limited time. <a href="{ $privacy }">What is kept, why, and how long</a>
help-copy-q = Can I see it?
help-copy-a = Yes: in <a href="{ $data }">your account</a> you read your activity and take a copy of your data.

help-on-this-page = On this page
help-still = Still stuck?
help-still-text = See how <a href="{ $recover }">to get back in</a>, or find <a href="{ $contacts }">the contact of your region</a>.

## Contacts

help-open-until = Open now, until { $clock }
help-opens = Closed now; opens at { $clock }
help-contacts-yours = Your contact
help-contacts-title = Contacts by region
help-contacts-lead = They never ask for a password, a code or your security code.
help-contacts-none = No contacts have been entered yet. Ask your company’s administrator.
help-contacts-countries = Companies in: { $countries }
help-contacts-only = For companies in: { $countries }
help-contacts-users = For everybody
help-contacts-administrators = For Program Administrators

help-privacy-title = Privacy
help-privacy-lead = What this login keeps about you, and why. { $brand } is responsible for it.
help-privacy-kept = What is kept
help-privacy-profile = Name, business e-mail address, company
help-privacy-profile-why = To know whose login it is, and where to send codes.
help-privacy-profile-long = As long as you are a user of the application.
help-privacy-secrets = Password, security code, recovery codes
help-privacy-secrets-why = To check what you enter. Only a one-way computation is kept, from which nobody can read them back.
help-privacy-secrets-long = Until you make new ones.
help-privacy-old = Your existing password, as a one-way computation
help-privacy-old-why = To let you in until you have an Enterprise User ID.
help-privacy-old-long = Until you make your Enterprise User ID. The existing login name is kept, so that nobody else can take it.
help-privacy-factors = Authenticator app and passkeys
help-privacy-factors-why = To confirm your logins. What is secret about them is encrypted.
help-privacy-factors-long = Until you remove them.
help-privacy-devices = Trusted Devices: browser, system, network address, first and last use
help-privacy-devices-why = To recognise them, and to show them to you.
help-privacy-devices-long = Trust lasts { $span } at most; 30 days after that the record is deleted, also of a device that you removed.
help-privacy-sessions = Sessions: browser, network address, begin and end
help-privacy-sessions-why = To keep you logged in, and to let you end them from elsewhere.
help-privacy-sessions-long = A session lasts { $span } at most, and its record is deleted two days after that.
help-privacy-attempts = Logins that were begun: browser, network address, how far they came
help-privacy-attempts-why = So that you can go on where you were.
help-privacy-attempts-long = They end after { $span }, and their record is deleted a day later.
help-privacy-events = What happened: logins and changes, with time, browser and network address
help-privacy-events-why = To find misuse, and to show you your activity.
help-privacy-events-long = { $span } at least. Whoever operates this login decides when older ones are deleted.
help-privacy-recoveries = Getting back in: what was typed, browser, network address
help-privacy-recoveries-why = So that you can go on where you were, and stop somebody else.
help-privacy-recoveries-long = A recovery ends after { $span }, or after { $waiting } where the servicing team helps; its record is deleted a day later, or { $kept } later where it made a new password. Requests to remove an authenticator app or passkey are deleted 30 days after they were made.
help-privacy-mails = Mails waiting to be sent
help-privacy-mails-why = To send them. They are encrypted until then, and wiped afterwards.
help-privacy-mails-long = A mail with a code is given up after { $span }, when the code ends. That a mail was sent, without its text, is kept for 30 days.
help-privacy-links = Links “This was not me”, and that you used one
help-privacy-links-why = To let you stop somebody else, and to tell your administrators.
help-privacy-links-long = A link works for { $span } and is deleted then; that you used one is kept for 30 days.
help-privacy-cases = What you tell the servicing team, encrypted
help-privacy-cases-why = To correct your details, or to help you back in.
help-privacy-cases-long = As long as you are a user of the application: they show who changed what, and who vouched for you.
help-privacy-cookies = Cookies
help-privacy-cookie-session = One for the login in progress and one for the session; both end with them.
help-privacy-cookie-recovery = While you get back in, one that lasts for { $span } at most.
help-privacy-cookie-browser = One with a random number for this browser, which protects forms and limits guessing.
help-privacy-cookie-device = If you make this browser a Trusted Device, one that lasts for { $span } at most, one for each person, and a key that this browser keeps and nobody can read out of it.
help-privacy-none-else = There is no advertising, no measuring of visitors and nothing loaded from other companies.
help-privacy-rights = Your rights
help-privacy-rights-text = In <a href="{ $data }">your account</a> you take a copy of your data. To have it corrected or erased, ask <a href="{ $contacts }">the contact of your region</a>.
