### Words that every page shares, and how moments and spans are told.

common-application = the application
common-continue = Continue
common-back = Back
common-in-zone = { $moment } ({ $zone })
common-error = Error:
common-problem = Please check what you entered
common-skip = Skip to the content
common-nav = Help
common-help = Help
common-log-out = Log out
common-questions = Questions and answers
common-contacts = Contacts by region
common-privacy = Privacy
common-help-region = Help: { $region }
common-another-region = Another region

common-demo-label = Demo
common-demo = This is a demo. The company, the people and the cards are invented, and nothing is sent to anybody.
common-demo-inbox = Read the mails
common-demo-control = Move the clock

common-steps = Steps
common-step-done = (done)
common-step-title = step { $step } of { $of }
common-step-now = Step { $step } of { $of }: { $name }

## Moments

common-clock = { $hour }:{ $minute }
common-date = { $day } { $month } { $year }
common-date-and-clock = { $clock }, { $weekday } { $date }
common-until-tomorrow = { $clock } tomorrow
common-until-date = { $clock } on { $date }
common-since-today = today, { $clock }
common-since-yesterday = yesterday, { $clock }

common-month-1 = January
common-month-2 = February
common-month-3 = March
common-month-4 = April
common-month-5 = May
common-month-6 = June
common-month-7 = July
common-month-8 = August
common-month-9 = September
common-month-10 = October
common-month-11 = November
common-month-12 = December

common-weekday-1 = Monday
common-weekday-2 = Tuesday
common-weekday-3 = Wednesday
common-weekday-4 = Thursday
common-weekday-5 = Friday
common-weekday-6 = Saturday
common-weekday-7 = Sunday

## Spans

common-span-seconds = { $seconds } s
common-span-minutes = { $minutes } min { $seconds } s
common-span-hours = { $hours } h { $minutes } min
common-span-days = { $days ->
    [one] 1 day { $hours } h
   *[other] { $days } days { $hours } h
}
common-span-words-seconds = { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}
common-span-words-minutes = { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}
common-span-words-hours = { $hours ->
    [one] 1 hour
   *[other] { $hours } hours
}
common-span-words-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
