//! What somebody logs in with.

use super::problem::Problem;
use super::request::Request;
use crate::domain::field::{FieldErrors, Fields};
use crate::text::Text;
use lambda_http::http::Method;
use serde::Deserialize;

/// A login id and a password, as they were typed; no account need have them.
pub struct Credentials {
    /// The login id, as accounts have it: trimmed and in lower case.
    pub login_id: String,
    /// The password.
    pub password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    login_id: Option<String>,
    password: Option<String>,
}

impl Credentials {
    /// The credentials of a request: HTTP Basic for a GET, else JSON.
    ///
    /// # Errors
    /// [`Problem`] that says what is missing.
    pub fn of(request: &Request) -> Result<Self, Problem> {
        let (login_id, password) = if request.method() == Method::GET {
            request.basic_credentials().ok_or(Problem::Unauthorized(BASIC))?
        } else {
            request.body::<Login>()?.parse()?
        };
        Ok(Self {
            login_id: login_id.trim().to_ascii_lowercase(),
            password,
        })
    }
}

const BASIC: Text = Text::fixed(
    "HTTP Basic으로 login_id와 비밀번호를 보내세요.",
    "Send the login_id and the password by HTTP Basic authentication.",
);

impl Login {
    fn parse(self) -> Result<(String, String), FieldErrors> {
        let mut fields = Fields::default();
        let login_id = fields.required("login_id", self.login_id, Ok);
        let password = fields.required("password", self.password, Ok);
        fields.finish((login_id, password))
    }
}
