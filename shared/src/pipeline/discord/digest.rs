//! The message that Discord shows about awarded points, within its limits.

use crate::pipeline::messages::{AwardedPoints, PointsNotification};
use serde::Serialize;
use std::fmt::Write;

/// The most characters in an embed's description (Discord, "Embed Limits").
const MAX_DESCRIPTION_CHARS: usize = 4096;
/// Reserved for the last line, which counts the awards that did not fit.
const REMAINDER_CHARS: usize = 64;

/// A webhook message.
#[derive(Debug, Serialize)]
pub struct Digest {
    embeds: [Embed; 1],
    /// Empty, so that a runner's name such as "@everyone" mentions nobody.
    allowed_mentions: AllowedMentions,
}

#[derive(Debug, Serialize)]
struct Embed {
    title: String,
    description: String,
}

#[derive(Debug, Serialize)]
struct AllowedMentions {
    parse: [&'static str; 0],
}

impl Digest {
    /// The number and sum of the awards, then a line for each award that fits, then the number of the others.
    #[must_use]
    pub fn new(notification: &PointsNotification) -> Self {
        let mut description = format!("기록 {}건, 합계 {:+}점\n", notification.count, notification.total_point);
        let mut length = description.chars().count();
        let mut listed = 0;
        for award in &notification.awards {
            let line = line(award);
            length += line.chars().count();
            if length > MAX_DESCRIPTION_CHARS - REMAINDER_CHARS {
                break;
            }
            description.push_str(&line);
            listed += 1;
        }
        if listed < notification.count {
            let _ = write!(description, "… 외 {}명", notification.count - listed);
        }
        Self {
            embeds: [Embed {
                title: format!("🏅 {}", escape(notification.marathon_title.as_str())),
                description,
            }],
            allowed_mentions: AllowedMentions { parse: [] },
        }
    }
}

fn line(award: &AwardedPoints) -> String {
    let time = award.time_ms.map(|time| format!(" · {time}")).unwrap_or_default();
    format!(
        "**{:+}점** {} ({}){time}\n",
        award.point,
        escape(award.name.as_str()),
        award.bib
    )
}

/// Escapes Discord's Markdown.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\*_~`|[]<>#@:".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::MarathonId;
    use crate::domain::marathon::Title;
    use proptest::prelude::*;

    fn awarded(name: &str, bib: u32, time_ms: Option<i64>) -> AwardedPoints {
        AwardedPoints {
            name: name.to_owned().try_into().unwrap(),
            bib: crate::domain::bib::Bib::numbered(bib),
            point: 10,
            time_ms: time_ms.map(|ms| ms.try_into().unwrap()),
        }
    }

    fn notification(title: &str, awards: Vec<AwardedPoints>) -> PointsNotification {
        PointsNotification {
            marathon_id: MarathonId::new(),
            marathon_title: Title::try_from(title.to_owned()).unwrap(),
            count: awards.len() as u64,
            total_point: awards.iter().map(|award| award.point).sum(),
            awards,
        }
    }

    #[test]
    fn lists_each_award() {
        let awards = vec![
            awarded("Early", 1, Some(4_705_000)),
            awarded("Late", 2, Some(5_000_000)),
            awarded("*@me", 3, None),
        ];
        let json = serde_json::to_string_pretty(&Digest::new(&notification("Seoul_10K", awards))).unwrap();
        insta::assert_snapshot!(json, @r#"
        {
          "embeds": [
            {
              "title": "🏅 Seoul\\_10K",
              "description": "기록 3건, 합계 +30점\n**+10점** Early (1) · 1:18:25\n**+10점** Late (2) · 1:23:20\n**+10점** \\*\\@me (3)\n"
            }
          ],
          "allowed_mentions": {
            "parse": []
          }
        }
        "#);
    }

    proptest! {
        #[test]
        fn stays_within_the_limits(title in "[^\\p{Cc}\\s]{0,99}", name in "[^\\p{Cc}\\s]{0,49}", count in 1_u32..1000) {
            // Titles and names need a visible character.
            let (title, name) = (format!("a{title}"), format!("a{name}"));
            let awards = (0..count).map(|bib| awarded(&name, bib, Some(4_705_000))).collect();
            let digest = Digest::new(&notification(&title, awards));
            let [embed] = &digest.embeds;
            prop_assert!(embed.title.chars().count() <= 256);
            prop_assert!(embed.description.chars().count() <= MAX_DESCRIPTION_CHARS);
        }
    }
}
