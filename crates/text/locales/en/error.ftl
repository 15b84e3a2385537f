### When a request cannot be served: what happened, and what to do now.

error-kept = What you typed
error-again = Go back and try again
error-front = Go to the first page
error-reference = If you call for help, tell this number: { $reference }

error-bad-request-title = We could not read that
error-bad-request = Something in the request was incomplete or not as a browser sends it. Go back, and send the form again.
error-forbidden-title = This form is too old
error-forbidden = To protect you, a form works only in the browser that opened it, and not for ever. Open the page again and send it from there.
error-not-found-title = There is no such page
error-not-found = The address may have been mistyped, or what it led to is gone.
error-method-title = That does not work here
error-method = The page was asked for in a way it does not know. Open it from the first page.
error-too-large-title = That was too much
error-too-large = What was sent is larger than we accept. Send less, and try again.
error-type-title = We could not read that kind of data
error-type = Send the form from its own page, without changing it.
error-host-title = Wrong address
error-host = Nothing is served under this host name. Check the address in your browser.
error-too-many-title = Too many requests
error-too-many = Please wait { $span }, then try again. Nothing is lost.
error-fault-title = Something went wrong on our side
error-fault = It has been recorded. Nothing was half done. Try again in a moment.
error-bad-gateway-title = The application did not answer properly
error-bad-gateway = You are still logged in. Try again in a moment.
error-busy-title = We are very busy
error-busy = Please wait { $span }, then try again. Nothing is lost.
error-gateway-time-title = The application did not answer in time
error-gateway-time = You are still logged in. Try again in a moment.
error-account-disabled-title = Your access is switched off
error-account-disabled = Your User ID and password are right, but an administrator has switched your access off. Please ask your administrator or the help desk; nothing else opens it.
error-codes-disabled-title = Login codes are switched off for you
error-codes-disabled = A wrong code was entered too many times in a row, so codes no longer work for your account. Nothing was opened and nothing is lost. Prove that it is you and choose a new password, and codes work again.

## In front of an application

error-gate-go-on = Go on
error-gate-form-title = Your session has ended
error-gate-form = What you sent did not reach { $application }, and nothing is lost: log in in another tab, then reload this page and send it again.
error-gate-frame-title = Please log in
error-gate-frame = This part of { $application } needs a login. Open it in the whole window.
error-gate-login-title = Please log in
error-gate-login = { $application } needs a login.
error-gate-fresh-title = Please confirm that it is you
error-gate-fresh = This part of { $application } asks you to confirm it first. What you sent did not reach { $application }: confirm in another tab, then reload this page and send it again.
error-gate-ticket-title = That took too long
error-gate-ticket = The way from the login to { $application } works once and for half a minute. Go on, and you are there.
error-gate-cookie-title = Your browser kept no cookie
error-gate-cookie = { $application } needs cookies to know you again. Allow them for this address, then go on.
error-gate-forbidden-title = You cannot use this application
error-gate-forbidden = You are logged in, but { $application } is not open to you. Please ask your administrator.
