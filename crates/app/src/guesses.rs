//! Counting guesses before they are answered, over every budget that applies at once.

use std::time::Duration;

use domain::{
    budget::{Counter, GrowingWait, Growth, Limit, Verdict},
    directory::User,
    id::{DeviceId, SessionId, UserId},
    policy::Policy,
    time::Timestamp,
};
use store::{Executor, Tx, recoveries::StoredRecovery};

use crate::{App, Browser, Fault};

/// Nobody is told of more tries than this.
const MOST_TOLD: u32 = 1_000;

/// Mails that one browser can ask for before it has proven anything.
const ASKED_BY_A_BROWSER: Limit = Limit { count: 10, within: Duration::from_hours(1) };
/// The same for one network, behind which a whole company may sit.
const ASKED_BY_A_NETWORK: Limit = Limit { count: 120, within: Duration::from_hours(1) };

/// One budget: the counter's row and its rule.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    name: String,
    rule: Rule,
}

impl Budget {
    /// The name of its row.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

#[derive(Debug, Clone, Copy)]
enum Rule {
    Window(Limit),
    Growing(GrowingWait),
}

impl Rule {
    fn count(self, counter: Counter, now: Timestamp) -> Verdict {
        match self {
            Self::Window(limit) => limit.count(counter, now),
            Self::Growing(wait) => wait.count(counter, now),
        }
    }
}

/// The answer over all budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// Counted everywhere: look at the guess.
    Counted,
    /// Some budget is used up until then. Nothing more was counted.
    Paused(Timestamp),
    /// The factor is disabled; of passwords: the mailbox has to be proven first.
    Disabled,
}

impl App {
    /// The budgets of a password typed under `name`. A Trusted Device has its own, so a stranger cannot use up the owner's.
    pub(crate) fn password_budgets(
        &self,
        door: &'static str,
        name: &str,
        browser: &Browser,
        device: Option<DeviceId>,
        policy: &Policy,
    ) -> Vec<Budget> {
        let failures = &policy.password.failures;
        let per_network = Rule::Growing(failures.per_network());
        if let Some(device) = device {
            return vec![self.device_budget(device, policy)];
        }
        let mut budgets = vec![
            self.browser_budget(door, browser, policy),
            Budget {
                name: self.network_prefix(door, name) + &self.place(browser.network.as_bytes()),
                rule: per_network,
            },
            self.account_budget(door, name, policy),
        ];
        // One order everywhere, so that two transactions never wait for each other.
        budgets.sort_by(|a, b| a.name.cmp(&b.name));
        budgets
    }

    /// The budget of a browser that nobody trusts, whatever name is typed.
    pub(crate) fn browser_budget(&self, door: &str, browser: &Browser, policy: &Policy) -> Budget {
        let rule = Rule::Window(policy.password.failures.per_browser);
        Budget { name: self.counter_name(&format!("{door}-browser"), &[&browser.key]), rule }
    }

    /// The budget of a Trusted Device at the login.
    pub(crate) fn device_budget(&self, device: DeviceId, policy: &Policy) -> Budget {
        let rule = Rule::Growing(policy.password.failures.per_network());
        Budget { name: self.counter_name("login-device", &[device.0.as_bytes()]), rule }
    }

    /// The budget behind a mailbox that was proven for it: a browser's own, whatever strangers do.
    pub(crate) fn door_budget(&self, door: &StoredRecovery, policy: &Policy) -> Budget {
        let rule = Rule::Growing(policy.password.failures.per_door());
        Budget { name: self.door_prefix(&door.name_hash) + &self.place(door.id.0.as_bytes()), rule }
    }

    /// What the counters of the open doors of a name begin with.
    pub(crate) fn door_prefix(&self, name: &[u8; 32]) -> String {
        self.counter_name("door", &[name]) + ":"
    }

    /// The budget of whoever is signed in and proves it afresh.
    pub(crate) fn confirm_budget(&self, session: SessionId, policy: &Policy) -> Budget {
        let rule = Rule::Growing(policy.password.failures.per_network());
        Budget { name: self.counter_name("confirm", &[session.0.as_bytes()]), rule }
    }

    /// The budgets of mails that a stranger asks for, whether or not there is whom to write to: for one name from one network,
    /// for one browser, for one network. A browser on which somebody has logged in, whoever it was, does not share those of its
    /// network: who sits beside its owner cannot use them up.
    pub(crate) async fn asking_budgets(
        &self,
        conn: &mut impl Executor,
        name: &[u8; 32],
        browser: &Browser,
        policy: &Policy,
    ) -> Result<Vec<Budget>, Fault> {
        let network = browser.network.as_bytes();
        let of = |kind, parts: &[&[u8]], limit| Budget {
            name: self.counter_name(kind, parts),
            rule: Rule::Window(limit),
        };
        let own = of("recover-browser", &[&browser.key], ASKED_BY_A_BROWSER);
        let name_at = |place| of("recover-name", &[name, place], policy.sends_before_proof);
        Ok(if store::known_browsers::is_known(conn, &browser.key).await? {
            vec![own, name_at(&browser.key)]
        } else {
            vec![own, name_at(network), of("recover-network", &[network], ASKED_BY_A_NETWORK)]
        })
    }

    /// The budget of an address that is written to because a stranger asked. A browser on which its owner has logged in has one of
    /// its own, and so has a network that its owner uses: others cannot use them up.
    pub(crate) async fn mailed_budget(
        &self,
        conn: &mut impl Executor,
        user: &User,
        (browser, network): (&[u8; 32], &str),
        policy: &Policy,
    ) -> Result<Budget, Fault> {
        let place = if store::known_browsers::is_known_to(conn, user.id, browser).await? {
            browser.as_slice()
        } else if store::recoveries::is_known_network(conn, user.id, network).await? {
            network.as_bytes()
        } else {
            &[]
        };
        let address = store::users::email_key(&user.email);
        let name = self.counter_name("recover-mails", &[address.as_bytes(), place]);
        Ok(Budget { name, rule: Rule::Window(policy.sends_before_proof) })
    }

    /// From whose budget codes of a login are sent to the user: a browser's own where they have logged in before, or that of all
    /// others together.
    pub(crate) async fn sending_place(
        &self,
        conn: &mut impl Executor,
        user: UserId,
        browser: &[u8; 32],
    ) -> Result<String, Fault> {
        let known = store::known_browsers::is_known_to(conn, user, browser).await?;
        Ok(if known { self.counter_name("sends", &[browser]) } else { String::new() })
    }

    /// The budget of wrong codes of recoveries, for one name on one browser.
    pub(crate) fn recovery_code_budget(&self, name: &[u8; 32], browser: &Browser, policy: &Policy) -> Budget {
        let wait = GrowingWait { disable_at: None, ..policy.otp.failures() };
        Budget {
            name: self.recovery_code_prefix(name) + &self.place(&browser.key),
            rule: Rule::Growing(wait),
        }
    }

    /// What the counters of wrong codes of a name's recoveries begin with.
    pub(crate) fn recovery_code_prefix(&self, name: &[u8; 32]) -> String {
        self.counter_name("recover-code", &[name]) + ":"
    }

    /// The budget of a name from anywhere.
    pub(crate) fn account_budget(&self, door: &str, name: &str, policy: &Policy) -> Budget {
        let rule = policy.password.failures.per_account();
        let name = self.counter_name(&format!("{door}-account"), &[name.as_bytes()]);
        Budget { name, rule: Rule::Growing(rule) }
    }

    /// What the counters of a name from all networks begin with, so that an unlock finds them.
    pub(crate) fn network_prefix(&self, door: &str, name: &str) -> String {
        self.counter_name(&format!("{door}-network"), &[name.as_bytes()]) + ":"
    }

    /// The end of a counter's name, after a prefix: the network, browser or door.
    fn place(&self, place: &[u8]) -> String {
        self.counter_name("at", &[place])
    }

    /// The budget of wrong codes, over all codes and attempts of the user.
    pub(crate) fn code_budget(&self, user: UserId, policy: &Policy) -> Budget {
        let rule = policy.otp.failures();
        Budget { name: self.counter_name("code-account", &[user.0.as_bytes()]), rule: Rule::Growing(rule) }
    }

    /// The budget of wrong answers of one more factor, over all attempts of the user. The name begins with `code-`, so that it
    /// is never forgotten for want of use.
    pub(crate) fn factor_budget(&self, factor: &str, user: UserId, policy: &Policy) -> Budget {
        let rule = Rule::Growing(policy.otp.failures());
        Budget { name: self.counter_name(&format!("code-{factor}"), &[user.0.as_bytes()]), rule }
    }

    /// The budget of logins without a name that begin from one network; nothing is guessed there, but each makes a row.
    pub(crate) fn ceremony_budget(&self, browser: &Browser) -> Budget {
        const RULE: Limit = Limit { count: 120, within: Duration::from_secs(60) };
        let name = self.counter_name("passkey-begin", &[browser.network.as_bytes()]);
        Budget { name, rule: Rule::Window(RULE) }
    }

    /// How often an owner hears of wrong second steps: whoever knows the password could fill the mailbox otherwise.
    pub(crate) fn miss_notice_budget(&self, user: UserId) -> Budget {
        const RULE: Limit = Limit { count: 1, within: Duration::from_hours(1) };
        Budget { name: self.counter_name("notice-second", &[user.0.as_bytes()]), rule: Rule::Window(RULE) }
    }

    /// The budgets of security codes, at every door that asks for one: a window, and so many in a row. The name of the second
    /// begins with `code-`, so that it is never forgotten for want of use.
    pub(crate) fn security_code_budgets(&self, user: UserId, policy: &Policy) -> Vec<Budget> {
        let rule = &policy.security_code;
        let most = rule.tries_before_disable;
        let growth = Growth::Linear(Duration::ZERO);
        let in_a_row = GrowingWait { every: most, growth, longest: Duration::ZERO, disable_at: Some(most) };
        let of = |kind| self.counter_name(kind, &[user.0.as_bytes()]);
        vec![
            Budget { name: of("code-security"), rule: Rule::Growing(in_a_row) },
            Budget { name: of("security-code-window"), rule: Rule::Window(rule.tries) },
        ]
    }

    /// The budget of questions whether an ID is free.
    pub(crate) fn asks_budget(&self, user: UserId, policy: &Policy) -> Budget {
        let rule = Rule::Window(policy.user_id_asks);
        Budget { name: self.counter_name("user-id-asks", &[user.0.as_bytes()]), rule }
    }
}

/// Counts one guess against all budgets, or none.
pub(crate) async fn count(tx: &mut Tx, budgets: &[Budget], now: Timestamp) -> Result<Count, Fault> {
    let mut counted = Vec::with_capacity(budgets.len());
    let mut paused: Option<Timestamp> = None;
    for budget in budgets {
        let counter = store::counters::lock(tx, &budget.name, now).await?;
        match budget.rule.count(counter, now) {
            Verdict::Try(counter) => counted.push((&budget.name, counter)),
            Verdict::Wait(until) => paused = paused.max(Some(until)),
            Verdict::Disabled => return Ok(Count::Disabled),
        }
    }
    if let Some(until) = paused {
        return Ok(Count::Paused(until));
    }
    for (name, counter) in counted {
        store::counters::store(tx, name, counter, now).await?;
    }
    Ok(Count::Counted)
}

/// Takes back one guess that nobody looked at, from all budgets.
pub(crate) async fn take_back(tx: &mut Tx, budgets: &[Budget], now: Timestamp) -> Result<(), Fault> {
    for budget in budgets {
        let counter = store::counters::lock(tx, &budget.name, now).await?;
        store::counters::store(tx, &budget.name, counter.taken_back(), now).await?;
    }
    Ok(())
}

/// How the budget stands, without counting or holding it.
pub(crate) async fn look(conn: &mut impl Executor, budget: &Budget, now: Timestamp) -> Result<Count, Fault> {
    let counter = store::counters::find(conn, &budget.name).await?;
    Ok(match budget.rule.count(counter, now) {
        Verdict::Try(_) => Count::Counted,
        Verdict::Wait(until) => Count::Paused(until),
        Verdict::Disabled => Count::Disabled,
    })
}

/// How many more tries the budget takes before it pauses or ends.
pub(crate) async fn left(conn: &mut impl Executor, budget: &Budget, now: Timestamp) -> Result<u32, Fault> {
    let mut counter = store::counters::find(conn, &budget.name).await?;
    let mut left = 0;
    while left < MOST_TOLD
        && let Verdict::Try(next) = budget.rule.count(counter, now)
    {
        counter = next;
        left += 1;
    }
    Ok(left)
}

/// After a success: the budgets are of failures in a row.
pub(crate) async fn clear(tx: &mut Tx, budgets: &[Budget]) -> Result<(), Fault> {
    for budget in budgets {
        store::counters::clear(tx, &budget.name).await?;
    }
    Ok(())
}
