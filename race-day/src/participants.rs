//! Accounts of the organizer and the runners.

use crate::account::{self, Account, Credentials, IfExists, NewAccount, Role};
use crate::api::{ApiClient, ApiError};
use crate::concurrency::run_concurrently;
use crate::demo_accounts;
use crate::phase::Phase;
use crate::queries;
use crate::race_plan::RacePlan;
use uuid::Uuid;

/// The vectors have the order of [`RacePlan::runners`].
pub struct Participants {
    pub organizer: Account,
    pub runners: Vec<Account>,
    /// Totals before the race.
    pub initial_totals: Vec<i64>,
}

/// Signs up the organizer and the runners. With `demo`, one of each uses a demo account, which may exist already.
pub async fn sign_up(api: &ApiClient, plan: &RacePlan, phase: &Phase) -> Result<Participants, ApiError> {
    // The last digits of a UUIDv7 are random.
    let random = |digits: usize| Uuid::now_v7().simple().to_string().split_off(32 - digits);
    let (race_id, password) = (random(8), random(16));
    let new_credentials = |suffix: &str| Credentials {
        login_id: format!("rd-{race_id}-{suffix}"),
        password: password.clone(),
    };
    let (credentials, name, if_exists) = if plan.demo {
        (demo_accounts::organizer(), "데모 주최자", IfExists::LogIn)
    } else {
        (new_credentials("organizer"), "Race Day", IfExists::Fail)
    };
    let organizer = NewAccount {
        credentials,
        name: name.to_owned(),
        phone: "0200000000".to_owned(),
        role: Role::Organizer,
        if_exists,
    };
    let organizer = account::sign_up(api, organizer, phase).await?;
    phase.record_completed();
    let runners = plan.runners.iter().enumerate().map(|(index, runner)| {
        let (credentials, name, if_exists) = if plan.demo_runner() == Some(index) {
            (demo_accounts::runner(), "데모 러너", IfExists::LogIn)
        } else {
            let credentials = new_credentials(&(index + 1).to_string());
            (credentials, runner.name.as_str(), IfExists::Fail)
        };
        let new = NewAccount {
            credentials,
            name: name.to_owned(),
            phone: format!("010{:08}", index + 1),
            role: Role::Runner {
                gender: runner.gender,
                birth_date: plan.birth_date(index, runner),
            },
            if_exists,
        };
        account::sign_up(api, new, phase)
    });
    let runners = run_concurrently(runners, plan.concurrency, phase).await?;
    Ok(Participants {
        organizer,
        initial_totals: vec![0; runners.len()],
        runners,
    })
}

impl Participants {
    pub async fn log_in(&mut self, api: &ApiClient, plan: &RacePlan, phase: &Phase) -> Result<(), ApiError> {
        let accounts = self.runners.iter().chain([&self.organizer]);
        let logins = accounts.map(|account| account.log_in(api, phase));
        run_concurrently(logins, plan.concurrency, phase).await?;
        // Only the demo runner may have points from earlier races.
        if let Some(index) = plan.demo_runner()
            && let Some((runner, total)) = self.runners.get(index).zip(self.initial_totals.get_mut(index))
        {
            *total = queries::total_point(api, runner.user_id, phase).await?;
        }
        Ok(())
    }
}
