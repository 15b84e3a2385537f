//! `vestibule mail bounce`: reads a delivery report on standard input, as a mail server pipes it.
//!
//! Its exit codes are those that mail servers understand (sysexits): 0, 65 when it is no report, 75 when it should be tried
//! again: the database cannot be reached, or the mail is being handed over at this moment.

use std::io::Read as _;

use app::note_bounces::{Bounce, Noted, note_bounce};
use delivery::bounce::{LONGEST_REPORT, parse_report};
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};

#[derive(Serialize)]
struct Report {
    said: &'static str,
}

pub(super) async fn run(place: &Place, screen: &mut Screen, world: &World) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    // One byte more than is read, so that a longer report is known as one.
    let most = u64::try_from(LONGEST_REPORT).unwrap_or(u64::MAX).saturating_add(1);
    (world.input)().take(most).read_to_end(&mut bytes).map_err(|error| {
        Failure::TryAgain(format!("the report cannot be read from standard input: {error}"))
    })?;
    let report = parse_report(&bytes).map_err(|why| Failure::BadData(why.to_string()))?;
    let app = match place.app(world).await {
        Ok(app) => app,
        Err(failure) => return Err(Failure::TryAgain(failure.to_string())),
    };
    let mut said = "not about a mail of this installation; nothing was changed";
    for bounce in Bounce::of_report(&report) {
        let noted = note_bounce(&app, &bounce).await;
        match noted.map_err(|fault| Failure::TryAgain(fault.to_string()))? {
            Noted::Permanent => said = "noted: the address takes no mail",
            Noted::Temporary => said = "noted: not delivered yet",
            Noted::Known => said = "known already",
            Noted::TooEarly => {
                return Err(Failure::TryAgain("the mail is being handed over at this moment".to_owned()));
            }
            Noted::Foreign => {}
        }
    }
    app.db.close().await;
    screen.show(&Report { said }, |screen| screen.line(said))?;
    Ok(Exit::Done)
}
