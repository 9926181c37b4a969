//! Sessions, profile updates and account deletion.

use end_to_end::{Api, ApiResponse, Race, Role, TestUser, finished};
use serde_json::{Value, json};

/// The refresh token of a new session.
async fn refresh_token(user: &TestUser) -> String {
    user.log_in().await["refresh_token"].as_str().unwrap().to_owned()
}

async fn refresh(token: &str) -> ApiResponse {
    Api::anonymous()
        .post("/users/refresh", &json!({"refresh_token": token}))
        .await
}

#[tokio::test]
async fn renews_a_session_and_revokes_it_when_a_token_is_reused() {
    let user = TestUser::new(Role::Organizer, "주최자").await;
    let first = refresh_token(&user).await;
    let renewed = refresh(&first).await.expect(200);
    assert_eq!(
        renewed["user"],
        json!({"user_id": user.user_id, "name": "주최자", "user_type": 1})
    );
    let token = renewed["token"].as_str().unwrap();
    let _ = user.api.with_token(token).get("/users/me").await.expect(200);

    let second = renewed["refresh_token"].as_str().unwrap();
    assert_ne!(second, first);
    let _ = refresh(&first).await.problem(401);
    let _ = refresh(second).await.problem(401);
    for garbage in ["", "garbage", &"x".repeat(10_000), "\u{0}"] {
        let _ = refresh(garbage).await.problem(401);
    }
}

#[tokio::test]
async fn logs_out_of_one_session_or_all() {
    let user = TestUser::new(Role::Runner, "Runner").await;
    let [here, there, elsewhere] = [
        refresh_token(&user).await,
        refresh_token(&user).await,
        refresh_token(&user).await,
    ];
    let logout = async |body: Value| Api::anonymous().post("/users/logout", &body).await;
    let _ = logout(json!({"refresh_token": here})).await.expect(204);
    let _ = logout(json!({"refresh_token": here})).await.problem(401);
    let _ = refresh(&here).await.problem(401);
    let _ = logout(json!({"refresh_token": there, "everywhere": true}))
        .await
        .expect(204);
    let _ = refresh(&elsewhere).await.problem(401);
}

#[tokio::test]
async fn locks_out_after_failed_logins_whether_or_not_the_account_exists() {
    let user = TestUser::new(Role::Runner, "Runner").await;
    for login_id in [user.login_id.clone(), format!("nobody-{}", user.user_id)] {
        let wrong = json!({"login_id": login_id, "password": "wrong horse"});
        for _ in 0..5 {
            let _ = Api::anonymous().post("/users/login", &wrong).await.problem(401);
        }
        // The lockout also applies to the right password.
        let right = json!({"login_id": login_id, "password": user.password});
        let response = Api::anonymous().post("/users/login", &right).await;
        let seconds: u64 = response.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=30).contains(&seconds), "{seconds}");
        assert_eq!(response.problem(429)["type"], "/problems/too-many-attempts");
    }
}

#[tokio::test]
async fn updates_a_profile_unless_it_changed_since_it_was_read() {
    let user = TestUser::new(Role::Runner, "Before").await;
    let before = user.api.get("/users/me").await;
    let etag = before.headers["etag"].to_str().unwrap().to_owned();
    let change = json!({"name": "After", "phone": "+82 10 9999 8888", "gender": "X", "birth_date": "2000-02-29"});
    let after = user.api.if_match(&etag).put("/users/me", &change).await;
    assert_ne!(after.headers["etag"], etag.as_str());
    let after = after.expect(200);
    assert_eq!(
        (&after["name"], &after["phone"], &after["gender"]),
        (&json!("After"), &json!("+821099998888"), &json!("X"))
    );
    let _ = user.api.if_match(&etag).put("/users/me", &change).await.problem(412);
    let other = TestUser::new(Role::Runner, "Other").await;
    let _ = other
        .api
        .put(&format!("/users/{}", user.user_id), &change)
        .await
        .problem(403);
    assert_eq!(
        user.api
            .put("/users/me", &json!({"phone": "x", "admin": 1}))
            .await
            .rejected_fields(),
        ["admin"]
    );
}

#[tokio::test]
async fn changes_the_password_with_the_current_one_and_ends_other_sessions() {
    let user = TestUser::new(Role::Runner, "Runner").await;
    let elsewhere = refresh_token(&user).await;
    let here = user.log_in().await;
    let api = user.api.with_token(here["token"].as_str().unwrap());
    let change = |current: Value, new: &str| json!({"name": "Runner", "phone": "010-1234-5678", "current_password": current, "new_password": new});
    let rejected =
        async |current: Value, new: &str| api.put("/users/me", &change(current, new)).await.rejected_fields();
    assert_eq!(
        rejected(json!("wrong horse"), "battery staple").await,
        ["current_password"]
    );
    assert_eq!(rejected(Value::Null, "battery staple").await, ["current_password"]);
    assert_eq!(rejected(json!(user.password), "short").await, ["new_password"]);

    let _ = api
        .put("/users/me", &change(json!(user.password), "battery staple"))
        .await
        .expect(200);
    let _ = Api::anonymous()
        .post("/users/login", &user.credentials())
        .await
        .problem(401);
    let new_login = json!({"login_id": user.login_id, "password": "battery staple"});
    let _ = Api::anonymous().post("/users/login", &new_login).await.expect(200);
    let _ = refresh(&elsewhere).await.problem(401);
    let _ = refresh(here["refresh_token"].as_str().unwrap()).await.expect(200);
}

#[tokio::test]
async fn lists_all_users_for_organizers_only() {
    let organizer = TestUser::new(Role::Organizer, "Organizer").await;
    let empty_cursor = organizer.api.get("/users?limit=1&cursor=").await;
    assert_eq!(empty_cursor.rejected_fields(), ["cursor"]);
    let page = organizer.api.get("/users?limit=2").await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        page["items"][0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["name", "total_point", "user_id", "user_type"]
    );
    let next = format!("/users?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let next = organizer.api.get(&next).await.expect(200);
    assert!(next["items"][0]["user_id"].as_u64() > page["items"][1]["user_id"].as_u64());
    let runner = TestUser::new(Role::Runner, "Runner").await;
    let _ = runner.api.get("/users").await.problem(403);
}

#[tokio::test]
async fn erases_a_deleted_user_but_keeps_anonymous_results() {
    let past = Race::new(json!({})).await;
    let runner = past.runner("김탈퇴", "7").await;
    past.enter(&finished("7", "3:00:00")).await;
    runner.wait_for_points(10).await;
    let upcoming = Race::new(json!({"held_on": "2199-12-31", "capacity": 1})).await;
    let _ = runner
        .api
        .post(&upcoming.path("/players"), &json!({}))
        .await
        .expect(201);
    let next = TestUser::new(Role::Runner, "Next").await;
    let waiting = next.api.post(&upcoming.path("/players"), &json!({})).await.expect(201);
    assert_eq!(waiting["status"], "waiting");
    let record = json!({"title": "Training", "ran_on": "2026-03-01", "distance_m": 10_000, "time": "0:48:25"});
    let _ = runner
        .api
        .post("/users/me/non-official-records", &record)
        .await
        .expect(201);
    let session = refresh_token(&runner).await;

    assert_eq!(runner.api.delete("/users/me").await.status, 204);
    // A deletion that was interrupted can be repeated.
    assert_eq!(runner.api.delete("/users/me").await.status, 204);

    let _ = refresh(&session).await.problem(401);
    let _ = Api::anonymous()
        .post("/users/login", &runner.credentials())
        .await
        .problem(401);
    let path = format!("/users/{}", runner.user_id);
    let public = Api::anonymous().get(&path).await.expect(200);
    assert_eq!(
        public,
        json!({"user_id": runner.user_id, "name": "탈퇴한 사용자", "total_point": 10})
    );
    let record = Api::anonymous()
        .get(&past.path("/official-records/7"))
        .await
        .expect(200);
    assert_eq!(
        (&record["name"], &record["net_time"]),
        (&json!("탈퇴한 사용자"), &json!("3:00:00"))
    );
    let players = past.organizer.api.get(&past.path("/players")).await.expect(200);
    assert_eq!(
        (&players["items"][0]["name"], &players["items"][0]["division"]),
        (&json!("탈퇴한 사용자"), &Value::Null)
    );
    assert_eq!(
        runner.api.get("/users/me/non-official-records").await.expect(200)["items"],
        json!([])
    );
    // The place in the upcoming race went to the first runner on the waitlist.
    let races = next.api.get("/users/me/players").await.expect(200);
    assert_eq!(races["items"][0]["status"], "entered");
}
