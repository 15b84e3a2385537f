//! Handing mails to the operator's mail server.
//!
//! lettre speaks the protocol over a stream of ours; around it stand a time-out on every step, a small pool, and the
//! judgement of what an answer means for the mail.

mod config;
mod connect;
mod failure;
mod pool;
mod starttls;
mod stream;

use std::time::Duration;

use lettre::{
    address::Envelope,
    transport::smtp::{
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt, Rset},
        extension::{Extension, MailParameter},
        response::Response,
    },
};

pub use self::{
    config::{ConfigProblem, Encryption, SmtpConfig, SmtpLogin},
    failure::{Failure, Handed},
};
use self::{
    connect::Server,
    failure::{Cause, Fault, Step},
    pool::Pool,
};
use crate::mail::OutgoingMail;

/// A mail server, with the connections kept open to it. Share it by reference or `Arc`.
pub struct Smtp {
    server: Server,
    pool: Pool,
}

impl Smtp {
    /// Checks the configuration and reads the CA file; connects only when the first mail is due.
    ///
    /// # Errors
    /// [`ConfigProblem`] says which value to change.
    pub fn new(config: SmtpConfig) -> Result<Self, ConfigProblem> {
        let server = Server::new(config)?;
        let pool = Pool::new(server.config().max_connections, server.config().idle_lifetime);
        Ok(Self { server, pool })
    }

    /// Hands one mail over, waiting for a free connection first.
    ///
    /// Gives up after `patience` or the configured overall time-out, whichever is shorter: give the time that is left
    /// to the mail's deadline, so that no code arrives late. A mail whose last answer was lost may have been taken; its
    /// Message-ID lets the receiver recognise the repetition.
    ///
    /// # Errors
    /// [`Failure`] tells whether trying again can help.
    pub async fn send(&self, mail: &OutgoingMail, patience: Duration) -> Result<Handed, Failure> {
        let limit = patience.min(self.server.config().overall_timeout);
        match tokio::time::timeout(limit, self.hand_over(mail)).await {
            Ok(result) => result.map_err(|fault| self.judge(fault)),
            Err(_) => Err(Failure::Unavailable { reason: "overall: not done in time".to_owned() }),
        }
    }

    /// Connects, says hello, logs in and leaves: what `doctor` wants to know.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] names the step that failed.
    pub async fn check(&self) -> Result<(), Failure> {
        let mut connection = self.server.open().await.map_err(|fault| self.judge(fault))?;
        self.say_goodbye(&mut connection).await;
        Ok(())
    }

    /// Ends the idle connections politely. Later mails fail as [`Failure::Unavailable`].
    pub async fn close(&self) {
        for mut connection in self.pool.close() {
            self.say_goodbye(&mut connection).await;
        }
    }

    async fn hand_over(&self, mail: &OutgoingMail) -> Result<Handed, Fault> {
        let closed = Fault::new(Step::Connect, Cause::Broken("Vestibule is stopping"));
        let _turn = self.pool.turn().await.ok_or(closed)?;
        if let Some(connection) = self.pool.take() {
            match self.transact(connection, mail).await {
                // The server closed it while it was idle, and has seen nothing of this mail.
                Err(fault) if fault.step == Step::Sender && !fault.leaves_connection_usable() => {}
                result => return result,
            }
        }
        let connection = self.server.open().await?;
        self.transact(connection, mail).await
    }

    /// One mail over one connection, which goes back to the pool when it is still good.
    async fn transact(
        &self,
        mut connection: AsyncSmtpConnection,
        mail: &OutgoingMail,
    ) -> Result<Handed, Fault> {
        let result = self.dialogue(&mut connection, mail).await;
        let is_ready = match &result {
            Ok(_) => true,
            Err(fault) if fault.leaves_connection_usable() => {
                self.server.smtp(Step::Reset, connection.command(Rset)).await.is_ok()
            }
            Err(_) => false,
        };
        if is_ready {
            self.pool.keep(connection);
        }
        result
    }

    async fn dialogue(
        &self,
        connection: &mut AsyncSmtpConnection,
        mail: &OutgoingMail,
    ) -> Result<Handed, Fault> {
        let envelope = mail.envelope();
        let parameters = parameters(connection, envelope)?;
        let sender = Mail::new(envelope.from().cloned(), parameters);
        self.server.smtp(Step::Sender, connection.command(sender)).await?;
        for address in envelope.to() {
            let recipient = Rcpt::new(address.clone(), Vec::new());
            self.server.smtp(Step::Recipient, connection.command(recipient)).await?;
        }
        self.server.smtp(Step::Data, connection.command(Data)).await?;
        let answer = self.server.smtp(Step::Content, connection.message(mail.content())).await?;
        Ok(Handed { answer: codes(&answer) })
    }

    /// Logs what only the operator can mend: it stops every mail, and nobody else would notice.
    fn judge(&self, fault: Fault) -> Failure {
        let blames_configuration = fault.blames_configuration();
        let failure = Failure::from(fault);
        if blames_configuration {
            tracing::error!(
                smtp.host = %self.server.config().host,
                smtp.reason = failure.reason(),
                "the mail server cannot be used as configured: no mail leaves until this is corrected"
            );
        }
        failure
    }

    async fn say_goodbye(&self, connection: &mut AsyncSmtpConnection) {
        // An answer would change nothing; a server that is gone needs no good-bye.
        let _ = self.server.smtp(Step::Reset, connection.quit()).await;
    }
}

/// What the server must be told about the envelope. The content is ASCII always.
fn parameters(connection: &AsyncSmtpConnection, envelope: &Envelope) -> Result<Vec<MailParameter>, Fault> {
    let is_ascii =
        envelope.from().into_iter().chain(envelope.to()).all(|address| address.to_string().is_ascii());
    if is_ascii {
        return Ok(Vec::new());
    }
    if connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Ok(vec![MailParameter::SmtpUtfEight]);
    }
    Err(Fault::new(Step::Sender, Cause::Unsayable("the server takes no addresses beyond ASCII (SMTPUTF8)")))
}

fn codes(answer: &Response) -> String {
    let code = u16::from(answer.code());
    match answer.first_line().and_then(failure::enhanced) {
        Some(enhanced) => format!("{code} {enhanced}"),
        None => code.to_string(),
    }
}
