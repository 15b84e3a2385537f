//! A login that began before two-factor login and is finished in it: the table is asked again before a step of enrolment, for what
//! was enough when the password was typed may be too little now.

use domain::{
    access::SecondStep,
    attempt::{Machine, Reason},
    device::Reauthorisation,
    factor::{DeviceTrust, Offer},
    login::{Login, LoginEvent},
};

use crate::{Fault, admission::admission_of, turn::Turn};

impl Turn<'_> {
    /// Asks for the second factor where the stage demands one by now and the attempt rests on the password alone; the caller
    /// finishes the turn and does nothing else. False where nothing more is asked.
    pub(crate) async fn demand_second(&mut self) -> Result<bool, Fault> {
        let Machine::Login(Login::Enrol { assurance, .. }) = self.attempt.machine else { return Ok(false) };
        if assurance.is_two_factor() {
            return Ok(false);
        }
        let admission = admission_of(self.app, &mut self.tx, &self.directory, &self.user).await?;
        if admission.second == SecondStep::None {
            return Ok(false);
        }
        let owned = store::factors::owned(&mut self.tx, self.user.id).await?;
        let offer = Offer::of(self.user.channel, owned, DeviceTrust::Counts);
        if !self.login(LoginEvent::SecondDemanded(offer)).await? {
            return Ok(false);
        }
        self.attempt.reason = Some(Reason { why: Reauthorisation::NotTrusted, at: self.app.now() });
        self.send_code_if_asked().await?;
        Ok(true)
    }
}
