//! What the routes of the API share: views of what they answer, the problems that store errors become, the race in a
//! path, and sessions.

mod path_marathon;
mod problems;
pub mod session;
pub mod views;
