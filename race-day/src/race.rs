//! Runs a race through the API: sign-up, applications, results, points, verification.

use crate::account::Account;
use crate::api::{ApiClient, ApiError, Request};
use crate::concurrency::run_concurrently;
use crate::demo_accounts;
use crate::participants::{self, Participants};
use crate::phase::Phase;
use crate::points_poller::PointsPoller;
use crate::progress::ProgressDisplay;
use crate::queries;
use crate::race_plan::RacePlan;
use crate::report::RaceReport;
use crate::runner::Runner;
use crate::verify::{self, Mismatch, RunnerPoints};
use futures_util::future;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::path::PathBuf;

/// What each finisher earns.
const POINT: i64 = 10;

#[derive(Debug, thiserror::Error)]
pub enum RaceError {
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("cannot write {}: {reason}", file.display())]
    AccountsFile { file: PathBuf, reason: std::io::Error },
}

struct Race<'a> {
    api: &'a ApiClient,
    plan: &'a RacePlan,
    participants: &'a Participants,
    marathon_id: &'a str,
}

pub async fn run(api: &ApiClient, plan: &RacePlan, display: &ProgressDisplay) -> Result<RaceReport, RaceError> {
    let start = |name, total| Phase::start(name, display.start(name, total));
    let runner_count = plan.runner_count();
    let mut phases = Vec::new();

    let phase = start("sign up", runner_count + 1);
    let mut participants = participants::sign_up(api, plan, &phase).await?;
    phases.push(phase.finish());
    if let Some(file) = &plan.accounts_file {
        demo_accounts::write(file).map_err(|reason| RaceError::AccountsFile {
            file: file.clone(),
            reason,
        })?;
    }

    let phase = start("log in", runner_count + 1);
    participants.log_in(api, plan, &phase).await?;
    phases.push(phase.finish());

    let phase = start("create race", 1);
    let marathon_id = create_marathon(api, plan, &participants.organizer, &phase).await?;
    phases.push(phase.finish());

    let race = Race {
        api,
        plan,
        participants: &participants,
        marathon_id: &marathon_id,
    };
    let phase = start("apply", runner_count);
    race.apply(&phase).await?;
    phases.push(phase.finish());

    let (entry_phase, poll_phase) = (
        start("enter results", runner_count),
        start("wait for points", runner_count),
    );
    let expected_totals = participants.initial_totals.iter().map(|total| total + POINT).collect();
    let poller = PointsPoller::new(api, &participants.runners, expected_totals);
    let enter_results = async {
        race.enter_results(&poller, &entry_phase).await?;
        poller.record_all_results_entered();
        Ok(entry_phase.finish())
    };
    let poll = poller.poll_until_complete(plan.points_timeout, &poll_phase);
    let (entry_summary, ()) = future::try_join(enter_results, poll).await?;
    phases.extend([entry_summary, poll_phase.finish()]);
    let timing = poller.into_timing();

    let phase = start("verify", runner_count);
    let mismatches = race.verify(&phase).await?;
    phases.push(phase.finish());
    Ok(RaceReport {
        marathon_id,
        runner_count,
        phases,
        timing,
        mismatches,
    })
}

/// Creates the race. A retry after a lost response creates a second one and leaves the first without players.
async fn create_marathon(
    api: &ApiClient,
    plan: &RacePlan,
    organizer: &Account,
    phase: &Phase,
) -> Result<String, ApiError> {
    #[derive(Deserialize)]
    struct Marathon {
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
    let response = organizer.send(api, &Request::post("/marathons", &body), phase).await?;
    let Marathon { marathon_id } = response.json(StatusCode::CREATED)?;
    phase.record_completed();
    Ok(marathon_id)
}

impl Race<'_> {
    async fn apply(&self, phase: &Phase) -> Result<(), ApiError> {
        let path = &format!("/marathons/{}/players", self.marathon_id);
        let players = self.plan.runners.iter().zip(&self.participants.runners).enumerate();
        let applications = players.map(|(index, (runner, account))| async move {
            let body = json!({
                "bib": runner.bib,
                "gender": runner.gender.to_string(),
                "birth_date": self.plan.birth_date(index, runner).to_string(),
            });
            let response = account.send(self.api, &Request::post(path, &body), phase).await?;
            if response.is_conflict_with_earlier_attempt("already-applied") {
                Ok(())
            } else {
                response.expect_status(StatusCode::CREATED)
            }
        });
        run_concurrently(applications, self.plan.concurrency, phase)
            .await
            .map(|_| ())
    }

    /// Enters the results in the order in which the runners finished.
    async fn enter_results(&self, poller: &PointsPoller<'_>, phase: &Phase) -> Result<(), ApiError> {
        let path = &format!("/marathons/{}/official-records", self.marathon_id);
        let mut finishers: Vec<(usize, &Runner)> = self.plan.runners.iter().enumerate().collect();
        finishers.sort_by_key(|(_, runner)| runner.gun_time);
        let entries = finishers.into_iter().map(|(index, runner)| async move {
            let body = json!({
                "bib": runner.bib,
                "status": "finished",
                "net_time": runner.net_time.to_string(),
                "gun_time": runner.gun_time.to_string(),
            });
            let organizer = &self.participants.organizer;
            let response = organizer.send(self.api, &Request::post(path, &body), phase).await?;
            if !response.is_conflict_with_earlier_attempt("record-exists") {
                response.expect_status(StatusCode::CREATED)?;
            }
            poller.record_result_entered(index);
            Ok(())
        });
        run_concurrently(entries, self.plan.concurrency, phase)
            .await
            .map(|_| ())
    }

    async fn verify(&self, phase: &Phase) -> Result<Vec<Mismatch>, ApiError> {
        let Self { api, marathon_id, .. } = *self;
        let Participants {
            runners: accounts,
            initial_totals,
            ..
        } = self.participants;
        let runners = self.plan.runners.iter().zip(accounts).zip(initial_totals);
        let point_checks = runners.map(|((runner, account), &initial_total)| async move {
            let (total, entries) = queries::points(api, account, marathon_id, phase).await?;
            let points = RunnerPoints {
                initial_total,
                total,
                entries,
            };
            Ok(verify::points(runner, POINT, &points))
        });
        let points = run_concurrently(point_checks, self.plan.concurrency, phase).await?;
        let player_count = queries::player_count(api, marathon_id, phase).await?;
        let records = queries::official_records(api, marathon_id, phase).await?;
        let runners = &self.plan.runners;
        let counts = [
            verify::count("number of players", runners.len(), player_count),
            verify::count("number of results", runners.len(), records.len()),
        ];
        let mismatches = points.into_iter().chain(counts).flatten();
        Ok(mismatches.chain(verify::records(runners, &records)).collect())
    }
}
