//! The race, step by step.

use crate::account::{self, Account, Credentials, IfTaken, Newcomer, Role};
use crate::api::{Api, ApiError, Call};
use crate::field::{Runner, birth_date};
use crate::inspect;
use crate::landing::{Landing, Watch};
use crate::progress::Display;
use crate::step::{Step, Summary};
use crate::verify::{self, Difference, Ledger};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use time::Date;
use uuid::Uuid;

/// What each finisher earns.
const POINT: i64 = 10;

/// A race to be played.
#[derive(Debug)]
pub struct Plan {
    /// Who runs, with the results.
    pub runners: Vec<Runner>,
    /// Race day.
    pub held_on: Date,
    /// The race's length in metres.
    pub distance_m: u32,
    /// How many requests are under way at once.
    pub concurrency: usize,
    /// How long points may take to land after the last result.
    pub landing_timeout: Duration,
    /// Whether the demo accounts take part.
    pub demo: bool,
    /// Where the demo accounts are written to.
    pub accounts: Option<PathBuf>,
}

/// Why the race could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum RaceError {
    /// The API did not do what the contract says.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The demo accounts could not be written.
    #[error("{}: {reason}", file.display())]
    Accounts {
        /// The file.
        file: PathBuf,
        /// Why not.
        reason: std::io::Error,
    },
}

/// A race that was played.
#[derive(Debug)]
pub struct Played {
    /// The race.
    pub marathon_id: String,
    /// How many ran.
    pub runners: usize,
    /// What each step took.
    pub steps: Vec<Summary>,
    /// How fast the points landed.
    pub landing: Landing,
    /// What is not as it should be.
    pub differences: Vec<Difference>,
}

/// Who takes part, once signed up.
struct Cast {
    organizer: Account,
    /// In the order of the plan's runners.
    runners: Vec<Account>,
    /// The runners' totals before the race.
    before: Vec<i64>,
}

/// A race under way.
struct Race<'a> {
    api: &'a Api,
    plan: &'a Plan,
    cast: &'a Cast,
    marathon_id: &'a str,
}

impl Plan {
    /// Which runner is played by the demo account: one in the middle of the field.
    fn demo_runner(&self) -> Option<usize> {
        self.demo.then_some(self.runners.len() / 2)
    }

    fn count(&self) -> u32 {
        u32::try_from(self.runners.len()).unwrap_or(u32::MAX)
    }
}

/// The demo accounts are the same each time, so that a newcomer can be told about them; a local stack only has them.
fn demo_credentials(role: &str) -> Credentials {
    Credentials {
        login_id: format!("{role}@demo.mrmrthon"),
        password: format!("demo-{role}"),
    }
}

/// Plays a race, and compares what the API says afterwards with what it should.
pub async fn play(api: &Api, plan: &Plan, display: &Display) -> Result<Played, RaceError> {
    let begin = |name, total| Step::begin(name, display.bar(name, total));
    let count = plan.count();
    let mut steps = Vec::new();

    let step = begin("sign up", count + 1);
    let mut cast = sign_up(api, plan, &step).await?;
    steps.push(step.end());
    if let Some(file) = &plan.accounts {
        write_accounts(file).map_err(|reason| RaceError::Accounts {
            file: file.clone(),
            reason,
        })?;
    }

    let step = begin("log in", count + 1);
    log_in(api, plan, &mut cast, &step).await?;
    steps.push(step.end());

    let step = begin("create the race", 1);
    let marathon_id = create(api, plan, &cast.organizer, &step).await?;
    steps.push(step.end());

    let race = Race {
        api,
        plan,
        cast: &cast,
        marathon_id: &marathon_id,
    };
    let step = begin("apply", count);
    race.apply(&step).await?;
    steps.push(step.end());

    let (entering, polling) = (begin("enter results", count), begin("points land", count));
    let watch = Watch::new(
        api,
        &cast.runners,
        cast.before.iter().map(|before| before + POINT).collect(),
    );
    let entered = async {
        race.enter(&watch, &entering).await?;
        watch.all_entered();
        Ok(entering.end())
    };
    let (entered, ()) = future::try_join(entered, watch.until_landed(plan.landing_timeout, &polling)).await?;
    steps.extend([entered, polling.end()]);
    let landing = watch.landing();

    let step = begin("check", count);
    let differences = race.check(&step).await?;
    steps.push(step.end());
    Ok(Played {
        marathon_id,
        runners: plan.runners.len(),
        steps,
        landing,
        differences,
    })
}

/// Signs up the organizer and the runners; at a demo, the organizer and one runner are those of the last demo.
async fn sign_up(api: &Api, plan: &Plan, step: &Step) -> Result<Cast, ApiError> {
    // The last digits of a UUIDv7 are random.
    let random = |digits: usize| Uuid::now_v7().simple().to_string().split_off(32 - digits);
    let (run, password) = (random(8), random(16));
    let own = |who: &str| Credentials {
        login_id: format!("rd-{run}-{who}"),
        password: password.clone(),
    };
    let (credentials, name, if_taken) = if plan.demo {
        (demo_credentials("organizer"), "데모 주최자", IfTaken::Reuse)
    } else {
        (own("organizer"), "Race Day", IfTaken::Refuse)
    };
    let phone = "0200000000".to_owned();
    let organizer = Newcomer {
        credentials,
        name: name.to_owned(),
        phone,
        role: Role::Organizer,
    };
    let organizer = account::sign_up(api, &organizer, if_taken, step).await?;
    step.done();
    let newcomers = plan.runners.iter().enumerate().map(|(index, runner)| {
        let (credentials, name, if_taken) = if plan.demo_runner() == Some(index) {
            (demo_credentials("runner"), "데모 러너", IfTaken::Reuse)
        } else {
            (own(&(index + 1).to_string()), runner.name.as_str(), IfTaken::Refuse)
        };
        let role = Role::Runner {
            gender: runner.gender,
            birth_date: birth_date(plan.held_on, runner.age, index),
        };
        let newcomer = Newcomer {
            credentials,
            name: name.to_owned(),
            phone: format!("010{:08}", index + 1),
            role,
        };
        (newcomer, if_taken)
    });
    let accounts =
        newcomers.map(|(newcomer, if_taken)| async move { account::sign_up(api, &newcomer, if_taken, step).await });
    let runners = each(plan, accounts, step).await?;
    Ok(Cast {
        organizer,
        before: vec![0; runners.len()],
        runners,
    })
}

async fn log_in(api: &Api, plan: &Plan, cast: &mut Cast, step: &Step) -> Result<(), ApiError> {
    let everybody = cast.runners.iter().chain([&cast.organizer]);
    each(plan, everybody.map(|account| account.log_in(api, step)), step).await?;
    // Only the demo runner has been here before.
    if let Some(index) = plan.demo_runner()
        && let Some((runner, before)) = cast.runners.get(index).zip(cast.before.get_mut(index))
    {
        *before = inspect::total(api, runner.user_id, step).await?;
    }
    Ok(())
}

/// Creates the race; if an answer is lost, one without players stays behind.
async fn create(api: &Api, plan: &Plan, organizer: &Account, step: &Step) -> Result<String, ApiError> {
    #[derive(Deserialize)]
    struct Created {
        marathon_id: String,
    }
    let title = if plan.demo { "데모 마라톤" } else { "race-day" };
    let body = json!({
        "title": format!("{title} {}", plan.held_on),
        "held_on": plan.held_on.to_string(),
        "location": "서울 광화문",
        "distance_m": plan.distance_m,
        "point": POINT,
    });
    let answer = organizer.send(api, &Call::post("/marathons", &body), step).await?;
    let Created { marathon_id } = answer.read(StatusCode::CREATED)?;
    step.done();
    Ok(marathon_id)
}

fn write_accounts(file: &Path) -> std::io::Result<()> {
    let account = |role| {
        let Credentials { login_id, password } = demo_credentials(role);
        json!({ "login_id": login_id, "password": password })
    };
    let accounts = json!({ "organizer": account("organizer"), "runner": account("runner") });
    std::fs::write(file, format!("{accounts:#}\n"))
}

impl Race<'_> {
    async fn apply(&self, step: &Step) -> Result<(), ApiError> {
        let path = &format!("/marathons/{}/players", self.marathon_id);
        let players = self.plan.runners.iter().zip(&self.cast.runners).enumerate();
        let applications = players.map(|(index, (runner, account))| async move {
            let body = json!({
                "bib": runner.bib,
                "gender": runner.gender.to_string(),
                "birth_date": birth_date(self.plan.held_on, runner.age, index).to_string(),
            });
            let answer = account.send(self.api, &Call::post(path, &body), step).await?;
            if answer.was_done_before("already-applied") {
                Ok(())
            } else {
                answer.expect(StatusCode::CREATED)
            }
        });
        each(self.plan, applications, step).await.map(|_| ())
    }

    /// Enters the results in the order of the finish line.
    async fn enter(&self, watch: &Watch<'_>, step: &Step) -> Result<(), ApiError> {
        let path = &format!("/marathons/{}/official-records", self.marathon_id);
        let mut finish: Vec<(usize, &Runner)> = self.plan.runners.iter().enumerate().collect();
        finish.sort_by_key(|(_, runner)| runner.gun_time);
        let entries = finish.into_iter().map(|(index, runner)| async move {
            let body = json!({
                "bib": runner.bib,
                "status": "finished",
                "net_time": runner.net_time.to_string(),
                "gun_time": runner.gun_time.to_string(),
            });
            let answer = self
                .cast
                .organizer
                .send(self.api, &Call::post(path, &body), step)
                .await?;
            if !answer.was_done_before("record-exists") {
                answer.expect(StatusCode::CREATED)?;
            }
            watch.entered(index);
            Ok(())
        });
        each(self.plan, entries, step).await.map(|_| ())
    }

    async fn check(&self, step: &Step) -> Result<Vec<Difference>, ApiError> {
        let Self { api, marathon_id, .. } = *self;
        let runners = self.plan.runners.iter().zip(&self.cast.runners).zip(&self.cast.before);
        let ledgers = runners.map(|((runner, account), before)| async move {
            let (total, lines) = inspect::ledger(api, account, marathon_id, step).await?;
            Ok(verify::points(
                runner,
                POINT,
                &Ledger {
                    before: *before,
                    total,
                    lines,
                },
            ))
        });
        let points = each(self.plan, ledgers, step).await?;
        let players = inspect::player_count(api, marathon_id, step).await?;
        let records = inspect::records(api, marathon_id, step).await?;
        let runners = &self.plan.runners;
        let counts = [
            verify::count("players of the race", runners.len(), players),
            verify::count("results of the race", runners.len(), records.len()),
        ];
        let differences = points.into_iter().chain(counts).flatten();
        Ok(differences.chain(verify::records(runners, &records)).collect())
    }
}

/// Does all of it, some at once, up to the first failure; the outcomes are in the order of the work.
async fn each<T, F>(plan: &Plan, work: impl Iterator<Item = F>, step: &Step) -> Result<Vec<T>, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let numbered = work.enumerate().map(|(index, one)| async move {
        let outcome = one.await?;
        step.done();
        Ok((index, outcome))
    });
    let mut outcomes: Vec<(usize, T)> = stream::iter(numbered)
        .buffer_unordered(plan.concurrency)
        .try_collect()
        .await?;
    outcomes.sort_unstable_by_key(|(index, _)| *index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
