//! Counting guesses before they are answered, over every budget that applies at once.

use domain::{
    budget::{Counter, GrowingWait, Limit, Verdict},
    id::{DeviceId, UserId},
    policy::Policy,
    time::Timestamp,
};
use store::{Executor, Tx};

use crate::{App, Browser, Fault};

/// One budget: the counter's row and its rule.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    name: String,
    rule: Rule,
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
    /// The factor is disabled.
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
        let named = |kind: &str, parts: &[&[u8]], rule| Budget {
            name: self.counter_name(&format!("{door}-{kind}"), parts),
            rule,
        };
        if let Some(device) = device {
            return vec![named("device", &[device.0.as_bytes()], per_network)];
        }
        let mut budgets = vec![
            named("browser", &[&browser.key], Rule::Window(failures.per_browser)),
            Budget {
                name: self.network_prefix(door, name) + &self.network_key(&browser.network),
                rule: per_network,
            },
            self.account_budget(door, name, policy),
        ];
        // One order everywhere, so that two transactions never wait for each other.
        budgets.sort_by(|a, b| a.name.cmp(&b.name));
        budgets
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

    fn network_key(&self, network: &str) -> String {
        self.counter_name("at", &[network.as_bytes()])
    }

    /// The budget of wrong codes, over all codes and attempts of the user.
    pub(crate) fn code_budget(&self, user: UserId, policy: &Policy) -> Budget {
        let rule = policy.otp.failures();
        Budget { name: self.counter_name("code-account", &[user.0.as_bytes()]), rule: Rule::Growing(rule) }
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
        store::counters::store(tx, name, counter).await?;
    }
    Ok(Count::Counted)
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

/// After a success: the budgets are of failures in a row.
pub(crate) async fn clear(tx: &mut Tx, budgets: &[Budget]) -> Result<(), Fault> {
    for budget in budgets {
        store::counters::clear(tx, &budget.name).await?;
    }
    Ok(())
}
