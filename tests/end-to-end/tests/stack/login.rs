//! Login with JSON and with HTTP Basic.

use end_to_end::{Api, Role, TestUser};
use serde_json::json;

#[tokio::test]
async fn welcomes_runners_and_organizers() {
    for (role, korean, english) in [
        (
            Role::Runner,
            "로그인 성공! 개인 사용자님 환영합니다.",
            "Logged in. Welcome, runner!",
        ),
        (
            Role::Organizer,
            "로그인 성공! 주최자님 환영합니다.",
            "Logged in. Welcome, organizer!",
        ),
    ] {
        let user = TestUser::new(role, "이름").await;
        let body = json!({"login_id": user.login_id.to_uppercase(), "password": user.password});
        let login = Api::anonymous()
            .in_korean()
            .post("/users/login", &body)
            .await
            .expect(200);
        assert_eq!(login["message"], korean);
        assert_eq!(login["token_type"], "Bearer");
        assert_eq!(login["expires_in"], 900);
        assert!(login["refresh_token"].as_str().unwrap().len() >= 43);
        assert_eq!(
            login["user"],
            json!({"user_id": user.user_id, "name": "이름", "user_type": role as u8})
        );
        let basic = Api::anonymous()
            .get_with_basic("/users/login", &user.login_id, user.password)
            .await;
        assert_eq!(basic.expect(200)["message"], english);
    }
}

#[tokio::test]
async fn responds_alike_to_a_wrong_password_and_an_unknown_login_id() {
    let user = TestUser::new(Role::Runner, "Runner").await;
    let api = Api::anonymous();
    let wrong = api
        .post(
            "/users/login",
            &json!({"login_id": user.login_id, "password": "wrong horse"}),
        )
        .await;
    assert!(wrong.headers.contains_key("www-authenticate"));
    let unknown = api
        .post(
            "/users/login",
            &json!({"login_id": "nobody-at-all", "password": "wrong horse"}),
        )
        .await;
    assert_eq!(wrong.problem(401), unknown.problem(401));
    let _ = api
        .get_with_basic("/users/login", &user.login_id, "wrong horse")
        .await
        .problem(401);
    let _ = api.get("/users/login").await.problem(401);
}

#[tokio::test]
async fn rejects_a_taken_login_id() {
    let user = TestUser::new(Role::Runner, "Runner").await;
    let again = json!({
        "login_id": user.login_id.to_uppercase(), "password": "another one", "name": "x", "phone": "010-0000-0000",
        "user_type": 1,
    });
    let problem = Api::anonymous().post("/users", &again).await.problem(409);
    assert_eq!(problem["type"], "/problems/login-id-taken");
}

#[tokio::test]
async fn rejects_malformed_tokens() {
    let user = TestUser::new(Role::Runner, "Runner").await;
    let (head, signature) = user.token.rsplit_once('.').unwrap();
    let flipped: String = signature.chars().rev().collect();
    for token in ["", "garbage", head, &format!("{head}."), &format!("{head}.{flipped}")] {
        let response = Api::anonymous().with_token(token).get("/users/me").await;
        assert_eq!(
            response.headers["www-authenticate"], "Bearer realm=\"mrmrthon\"",
            "{token:?}"
        );
        let _ = response.problem(401);
    }
    let _ = Api::anonymous().get("/users/me").await.problem(401);
}
