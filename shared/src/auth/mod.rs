//! Authentication: passwords, access tokens and refresh tokens.

mod hs256;
pub mod password;
pub mod refresh;
pub mod token;
pub mod token_secrets;
