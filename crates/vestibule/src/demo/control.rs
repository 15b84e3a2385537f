//! The control page: the visitor moves time, breaks the mail server, moves companies on, and starts over.

use std::time::Duration;

use askama::Template;
use async_trait::async_trait;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::rollout::Stage;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{
    desk::{DeskOptions, Frame, page, problem},
    mail::Mood,
};

/// How far the clock may be moved at once.
const MAX_ADVANCE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The steps on offer: minutes, and the message that says what is over then.
const STEPS: [(u64, &str); 5] = [
    (1, "demo-advance-minute"),
    (10, "demo-advance-code"),
    (16, "demo-advance-idle"),
    (24 * 60, "demo-advance-day"),
    (31 * 24 * 60, "demo-advance-trust"),
];

/// The parts of the demo that the control page moves. Whoever wires the demo together implements it.
#[async_trait]
pub trait DemoControl: Send + Sync + 'static {
    /// Moves the clock forward; it never goes back.
    ///
    /// # Errors
    /// When what has to follow the clock failed.
    async fn advance(&self, span: Duration) -> anyhow::Result<()>;

    /// The companies, in the order in which they are shown.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn companies(&self) -> anyhow::Result<Vec<CompanyState>>;

    /// Moves a company to the next stage of its rollout, as of now. `company` is a [`CompanyState::key`].
    ///
    /// # Errors
    /// When there is no such company, it is in its last stage, or the change cannot be written.
    async fn next_phase(&self, company: &str) -> anyhow::Result<()>;

    /// The open cases of people who want to get back in.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn cases(&self) -> anyhow::Result<Vec<CaseState>>;

    /// Somebody of staff vouches in a case.
    ///
    /// # Errors
    /// When the case is over, or they cannot.
    async fn vouch(&self, case: &str, staff: &str) -> anyhow::Result<()>;

    /// Puts everything back to the start: data, clock, the application. The mails are thrown away by the page itself.
    ///
    /// # Errors
    /// When the data cannot be written.
    async fn start_over(&self) -> anyhow::Result<()>;

    /// The accounts to try.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn accounts(&self) -> anyhow::Result<Vec<DemoAccount>>;
}

/// Where a company is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyState {
    /// Names it in forms.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The name of its region.
    pub region: String,
    /// Where its rollout is.
    pub stage: Stage,
}

/// An open case of somebody who wants to get back in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseState {
    /// Its number.
    pub reference: String,
    /// Whom it is about.
    pub person: String,
    /// Who can still vouch: Enterprise User ID and name.
    pub staff: Vec<(String, String)>,
}

/// An account that a visitor can try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// The person's name.
    pub name: String,
    /// The name of their company.
    pub company: String,
    /// The person's mailbox.
    pub email: String,
    /// What to type as login name or Enterprise User ID.
    pub login: String,
    /// The password that goes with it.
    pub password: String,
    /// The security code, for getting back in; empty where none is made yet.
    pub security_code: String,
    /// What to try, a sentence.
    pub hint: String,
}

#[derive(Template)]
#[template(path = "desk/control.html")]
struct ControlPage {
    frame: Frame,
    done: Option<&'static str>,
    steps: [(u64, &'static str); 5],
    mood: Mood,
    companies: Vec<CompanyLine>,
    cases: Vec<CaseState>,
    accounts: Vec<DemoAccount>,
}

struct CompanyLine {
    company: CompanyState,
    stage: &'static str,
    next: Option<&'static str>,
}

/// What was done last.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Last {
    #[serde(default)]
    done: String,
}

/// `GET /control`.
pub(super) async fn show_control(
    State(options): State<DeskOptions>,
    Query(last): Query<Last>,
    headers: HeaderMap,
) -> Response {
    let (companies, cases, accounts) = match shown(options.control.as_ref()).await {
        Ok(shown) => shown,
        Err(error) => return failed(&options, &headers, &error),
    };
    let line = |company: CompanyState| CompanyLine {
        stage: stage_name(company.stage),
        next: next_stage(company.stage).map(stage_name),
        company,
    };
    page(&ControlPage {
        frame: Frame::new(&options, &headers),
        done: done_message(&last.done),
        steps: STEPS,
        mood: options.mail_server.mood(),
        companies: companies.into_iter().map(line).collect(),
        cases,
        accounts,
    })
}

async fn shown(
    control: &dyn DemoControl,
) -> anyhow::Result<(Vec<CompanyState>, Vec<CaseState>, Vec<DemoAccount>)> {
    Ok((control.companies().await?, control.cases().await?, control.accounts().await?))
}

/// A step of the clock.
#[derive(Debug, Deserialize)]
pub(super) struct Step {
    minutes: u64,
}

/// `POST /control/advance`.
pub(super) async fn advance_clock(
    State(options): State<DeskOptions>,
    headers: HeaderMap,
    Form(step): Form<Step>,
) -> Response {
    let span = Duration::from_secs(step.minutes.saturating_mul(60));
    if span > MAX_ADVANCE {
        return problem(&options, &headers, StatusCode::BAD_REQUEST, "demo-too-far");
    }
    finish(&options, &headers, options.control.advance(span).await, "clock")
}

/// How the mail server shall behave.
#[derive(Debug, Deserialize)]
pub(super) struct MailForm {
    mood: String,
}

/// `POST /control/mail`: `mood` is `running`, `stopped`, `deferring` or `refusing`.
pub(super) async fn change_mail_server(
    State(options): State<DeskOptions>,
    headers: HeaderMap,
    Form(form): Form<MailForm>,
) -> Response {
    let mood = match form.mood.as_str() {
        "running" => Mood::Running,
        "stopped" => Mood::Stopped,
        "deferring" => Mood::Deferring,
        "refusing" => Mood::Refusing,
        _ => return problem(&options, &headers, StatusCode::BAD_REQUEST, "demo-no-such-mood"),
    };
    options.mail_server.set_mood(mood);
    finish(&options, &headers, Ok(()), "mail")
}

/// A company to move.
#[derive(Debug, Deserialize)]
pub(super) struct PhaseForm {
    company: String,
}

/// `POST /control/phase`.
pub(super) async fn move_company(
    State(options): State<DeskOptions>,
    headers: HeaderMap,
    Form(form): Form<PhaseForm>,
) -> Response {
    let companies = match options.control.companies().await {
        Ok(companies) => companies,
        Err(error) => return failed(&options, &headers, &error),
    };
    match companies
        .iter()
        .find(|company| company.key == form.company)
        .map(|company| next_stage(company.stage))
    {
        None => problem(&options, &headers, StatusCode::NOT_FOUND, "demo-no-such-company"),
        Some(None) => problem(&options, &headers, StatusCode::CONFLICT, "demo-no-next-phase"),
        Some(Some(_)) => finish(&options, &headers, options.control.next_phase(&form.company).await, "phase"),
    }
}

/// Who vouches, and where.
#[derive(Debug, Deserialize)]
pub(super) struct VouchForm {
    case: String,
    staff: String,
}

/// `POST /control/vouch`.
pub(super) async fn vouch(
    State(options): State<DeskOptions>,
    headers: HeaderMap,
    Form(form): Form<VouchForm>,
) -> Response {
    match options.control.vouch(&form.case, &form.staff).await {
        Ok(()) => finish(&options, &headers, Ok(()), "vouch"),
        Err(error) => {
            tracing::info!(error = %format!("{error:#}"), "demo.control.vouch_refused");
            problem(&options, &headers, StatusCode::CONFLICT, "demo-cannot-vouch")
        }
    }
}

/// `POST /control/start-over`.
pub(super) async fn start_over(State(options): State<DeskOptions>, headers: HeaderMap) -> Response {
    let outcome = options.control.start_over().await;
    if outcome.is_ok() {
        options.mail_server.set_mood(Mood::Running);
        options.mailboxes.clear();
    }
    finish(&options, &headers, outcome, "start")
}

fn finish(
    options: &DeskOptions,
    headers: &HeaderMap,
    outcome: anyhow::Result<()>,
    done: &'static str,
) -> Response {
    match outcome {
        Ok(()) => Redirect::to(&format!("/control?done={done}")).into_response(),
        Err(error) => failed(options, headers, &error),
    }
}

fn failed(options: &DeskOptions, headers: &HeaderMap, error: &anyhow::Error) -> Response {
    tracing::error!(error = %format!("{error:#}"), "demo.control.failed");
    problem(options, headers, StatusCode::INTERNAL_SERVER_ERROR, "demo-failed")
}

fn done_message(done: &str) -> Option<&'static str> {
    match done {
        "clock" => Some("demo-done-clock"),
        "mail" => Some("demo-done-mail"),
        "phase" => Some("demo-done-phase"),
        "vouch" => Some("demo-done-vouch"),
        "start" => Some("demo-done-start"),
        _ => None,
    }
}

fn next_stage(stage: Stage) -> Option<Stage> {
    Stage::ALL.into_iter().find(|later| *later > stage)
}

const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::BeforePhase1 => "demo-stage-before",
        Stage::Phase1 => "demo-stage-phase-1",
        Stage::Phase2 => "demo-stage-phase-2",
        Stage::DeadlinePassed => "demo-stage-deadline",
        Stage::CutOffPassed => "demo-stage-cut-off",
    }
}
