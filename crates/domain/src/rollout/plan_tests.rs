use super::*;

const DAY: Duration = Duration::from_hours(24);
const MADRID: &str = "Europe/Madrid";

fn moment(text: &str) -> Timestamp {
    let zoned: jiff::civil::DateTime = text.parse().unwrap();
    let zoned = zoned.to_zoned(TimeZone::get(MADRID).unwrap()).unwrap();
    Timestamp(zoned.timestamp().as_millisecond())
}

fn local(at: Timestamp) -> String {
    let zone = TimeZone::get(MADRID).unwrap();
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned(zone);
    at.strftime("%Y-%m-%d %H:%M %z").to_string()
}

fn rollout() -> Rollout {
    Rollout {
        phase1_at: Some(moment("2027-03-01T00:00")),
        phase2_at: Some(moment("2027-04-01T00:00")),
        deadline_at: Some(moment("2027-05-01T00:00")),
        cutoff_at: Some(moment("2027-05-20T00:00")),
    }
}

fn pace() -> Pace {
    Pace {
        announce_before: 7 * DAY,
        remind_every: Some(7 * DAY),
        last_notice_before: 2 * DAY,
        office_hours: true,
    }
}

fn plan() -> Vec<Planned> {
    timetable(&rollout(), &pace(), MADRID)
}

fn told(plan: &[Planned]) -> String {
    let line = |planned: &Planned| format!("{} {}\n", local(planned.at), planned.step);
    plan.iter().map(line).collect()
}

/// The clocks go forward on 28 March; mails still come at eight.
#[test]
fn a_rollout_reads_like_this() {
    insta::assert_snapshot!(told(&plan()), @r"
    2027-02-22 08:00 +0100 announce
    2027-03-01 08:00 +0100 phase1
    2027-03-08 08:00 +0100 reminder-1
    2027-03-15 08:00 +0100 reminder-2
    2027-03-22 08:00 +0100 reminder-3
    2027-03-29 08:00 +0200 reminder-4
    2027-04-01 08:00 +0200 phase2
    2027-04-05 08:00 +0200 reminder-5
    2027-04-12 08:00 +0200 reminder-6
    2027-04-19 08:00 +0200 reminder-7
    2027-04-26 08:00 +0200 reminder-8
    2027-04-29 08:00 +0200 deadline-notice
    2027-05-01 00:00 +0200 deadline
    2027-05-03 08:00 +0200 reminder-9
    2027-05-10 08:00 +0200 reminder-10
    2027-05-18 08:00 +0200 cutoff-notice
    2027-05-20 00:00 +0200 cutoff
    ");
}

#[test]
fn acts_come_at_their_very_moment_and_mails_in_office_hours() {
    let awake = Pace { office_hours: false, ..pace() };
    let at =
        |pace: &Pace, step| timetable(&rollout(), pace, MADRID).iter().find(|p| p.step == step).unwrap().at;
    assert_eq!(at(&awake, Step::Phase2), moment("2027-04-01T00:00"));
    for pace in [pace(), awake] {
        assert_eq!(at(&pace, Step::Deadline), rollout().deadline_at.unwrap());
        assert_eq!(at(&pace, Step::CutOff), rollout().cutoff_at.unwrap());
    }
    let clock = LocalClock::new(MADRID, true);
    for (given, polite) in [
        ("2027-03-01T07:59:59", "2027-03-01T08:00"),
        ("2027-03-01T08:00", "2027-03-01T08:00"),
        ("2027-03-01T17:59:59", "2027-03-01T17:59:59"),
        ("2027-03-01T18:00", "2027-03-02T08:00"),
    ] {
        assert_eq!(clock.polite(moment(given)), moment(polite), "{given}");
    }
}

#[test]
fn dates_that_are_missing_bring_nothing() {
    assert!(timetable(&Rollout::default(), &pace(), MADRID).is_empty());
    let only = Rollout { phase1_at: rollout().phase1_at, ..Rollout::default() };
    let endless = timetable(&only, &pace(), MADRID);
    let reminders = endless.iter().filter(|planned| matches!(planned.step, Step::Reminder(_))).count();
    assert_eq!(reminders, MOST_REMINDERS as usize, "a rollout without an end stops reminding by itself");
    let silent = Pace { remind_every: None, ..pace() };
    assert_eq!(timetable(&only, &silent, MADRID).len(), 2);
}

fn names(due: &[(Planned, Verdict)], verdict: Verdict) -> Vec<String> {
    due.iter().filter(|(_, found)| *found == verdict).map(|(planned, _)| planned.step.to_string()).collect()
}

#[test]
fn a_step_is_due_from_its_moment_and_once() {
    let first = plan()[0];
    let none = BTreeMap::new();
    assert!(due(&plan(), &none, Timestamp(first.at.0 - 1)).is_empty());
    assert_eq!(names(&due(&plan(), &none, first.at), Verdict::Do), ["announce"]);
    let begun = BTreeMap::from([(Step::Announce, Progress::Begun)]);
    assert_eq!(names(&due(&plan(), &begun, first.at), Verdict::Do), ["announce"]);
    let over = BTreeMap::from([(Step::Announce, Progress::Over)]);
    assert!(due(&plan(), &over, first.at).is_empty());
}

#[test]
fn news_that_is_old_is_left_out_and_acts_are_not() {
    let long_after = moment("2027-06-01T00:00");
    let all = due(&plan(), &BTreeMap::new(), long_after);
    assert_eq!(names(&all, Verdict::Do), ["deadline", "cutoff"]);
    assert_eq!(all.len(), plan().len());
    let announce = plan()[0];
    let last = Timestamp(announce.until.0 - 1);
    assert_eq!(names(&due(&plan(), &BTreeMap::new(), last), Verdict::Do), ["announce"]);
    assert_eq!(names(&due(&plan(), &BTreeMap::new(), announce.until), Verdict::LeaveOut), ["announce"]);
    let begun = BTreeMap::from([(Step::Announce, Progress::Begun)]);
    assert_eq!(
        names(&due(&plan(), &begun, announce.until), Verdict::Do),
        ["announce"],
        "half of them have it"
    );
}

/// Whoever applies dates that lie all behind wants no mails about what can no longer be done.
#[test]
fn dates_that_came_together_bring_the_last_only() {
    let now = moment("2027-03-01T09:00");
    let (phase1_at, rest) = (Some(moment("2027-02-20T00:00")), Some(moment("2027-03-01T00:00")));
    let rollout = Rollout { phase1_at, phase2_at: rest, deadline_at: rest, cutoff_at: rest };
    let due = due(&timetable(&rollout, &pace(), MADRID), &BTreeMap::new(), now);
    assert_eq!(names(&due, Verdict::Do), ["deadline", "cutoff"]);
}

#[test]
fn of_two_reminders_the_later_is_sent() {
    let daily = Pace { remind_every: Some(DAY), ..pace() };
    let plan = timetable(&rollout(), &daily, MADRID);
    let now = moment("2027-03-12T12:00");
    let done = BTreeMap::from([(Step::Announce, Progress::Over), (Step::Phase1, Progress::Over)]);
    let due = due(&plan, &done, now);
    assert_eq!(names(&due, Verdict::Do), ["reminder-11"]);
    assert!(names(&due, Verdict::LeaveOut).contains(&"reminder-10".to_owned()));
}

/// A later date moves what has not come; what was done stays done.
#[test]
fn dates_that_move_take_the_rest_of_the_plan_along() {
    let moved = Rollout { phase2_at: Some(moment("2027-04-08T00:00")), ..rollout() };
    let plan = timetable(&moved, &pace(), MADRID);
    let early: BTreeMap<_, _> =
        plan.iter().filter(|p| p.at < moment("2027-04-01T09:00")).map(|p| (p.step, Progress::Over)).collect();
    assert!(due(&plan, &early, moment("2027-04-01T09:00")).is_empty());
    let due = due(&plan, &early, moment("2027-04-08T08:00"));
    assert_eq!(names(&due, Verdict::Do), ["phase2"]);
}

#[test]
fn steps_have_names_that_read_back() {
    let some = [Step::Reminder(7), Step::Asked(20_800), Step::Asked(0), Step::Asked(2_932_896)];
    for step in plan().iter().map(|planned| planned.step).chain(some) {
        assert_eq!(step.to_string().parse(), Ok(step));
    }
    assert_eq!(Step::Asked(20_800).to_string(), "asked-2026-12-13");
    for name in ["", "reminder", "reminder-", "reminder-x", "asked-", "asked-7", "asked-1969-12-31", "phase3"]
    {
        assert_eq!(name.parse::<Step>(), Err(NotAStep), "{name}");
    }
}

#[test]
fn the_day_of_an_asked_reminder_is_the_companys() {
    let [late, early] = ["2027-03-01T23:59", "2027-03-02T00:00"].map(|text| asked(moment(text), MADRID));
    assert_ne!(late, early);
    assert_eq!(asked(moment("2027-03-01T00:00"), MADRID), late);
    assert_eq!(asked(Timestamp(0), "UTC"), Step::Asked(0));
}
