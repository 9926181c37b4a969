//! Login credentials in a request.

use super::problem::Problem;
use super::request::Request;
use super::text::LocalizedText;
use crate::domain::field::{FieldErrors, Fields};
use lambda_http::http::Method;
use serde::Deserialize;

/// A login id and a password, not checked yet.
pub struct Credentials {
    /// Normalized as accounts store it: trimmed, in lower case.
    pub login_id: String,
    pub password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    login_id: Option<String>,
    password: Option<String>,
}

impl Credentials {
    /// Reads HTTP Basic credentials from a GET, and JSON from other requests.
    pub fn from_request(request: &Request) -> Result<Self, Problem> {
        let (login_id, password) = if request.method() == Method::GET {
            request
                .basic_credentials()
                .ok_or(Problem::Unauthorized(BASIC_REQUIRED))?
        } else {
            request.body::<Login>()?.parse()?
        };
        Ok(Self {
            login_id: login_id.trim().to_ascii_lowercase(),
            password,
        })
    }
}

const BASIC_REQUIRED: LocalizedText = LocalizedText::fixed(
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
