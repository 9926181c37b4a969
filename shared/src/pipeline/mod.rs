//! What travels between the stages of the pipeline: messages, the SNS topic that carries them, and Discord at the end.

pub mod discord;
pub mod messages;
pub mod topic;
