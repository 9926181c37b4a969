//! What Discord is told about awarded points, within its limits.

use crate::messages::{Awarded, Notice};
use serde::Serialize;
use std::fmt::Write;

/// An embed's description has at most this many characters (Discord, "Embed Limits").
const DESCRIPTION_LIMIT: usize = 4096;
/// Kept free for the line that counts what did not fit.
const REST_LINE: usize = 64;

/// A message for a Discord webhook.
#[derive(Debug, Serialize)]
pub struct Digest {
    embeds: [Embed; 1],
    /// Nobody is pinged, whatever a runner is called.
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
    /// One message for all of a notice: the sum, then a line for each award, as many as fit, and how many did not.
    #[must_use]
    pub fn new(notice: &Notice) -> Self {
        let mut description = format!("기록 {}건, 합계 {:+}점\n", notice.count, notice.total_point);
        let mut length = description.chars().count();
        let mut told = 0;
        for award in &notice.awards {
            let line = line(award);
            length += line.chars().count();
            if length > DESCRIPTION_LIMIT - REST_LINE {
                break;
            }
            description.push_str(&line);
            told += 1;
        }
        if told < notice.count {
            let _ = write!(description, "… 외 {}명", notice.count - told);
        }
        Self {
            embeds: [Embed {
                title: format!("🏅 {}", plain(notice.marathon_title.as_str())),
                description,
            }],
            allowed_mentions: AllowedMentions { parse: [] },
        }
    }
}

fn line(award: &Awarded) -> String {
    let time = award.time_ms.map(|time| format!(" · {time}")).unwrap_or_default();
    format!(
        "**{:+}점** {} ({}){time}\n",
        award.point,
        plain(award.name.as_str()),
        award.bib
    )
}

/// Text without meaning in Discord's Markdown.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\*_~`|[]<>#@:".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::MarathonId;
    use crate::domain::marathon::Title;
    use crate::messages::Version1;
    use proptest::prelude::*;

    fn awarded(name: &str, bib: u32, time_ms: Option<i64>) -> Awarded {
        Awarded {
            name: name.to_owned().try_into().unwrap(),
            bib: crate::domain::bib::Bib::numbered(bib),
            point: 10,
            time_ms: time_ms.map(|ms| ms.try_into().unwrap()),
        }
    }

    fn notice(title: &str, awards: Vec<Awarded>) -> Notice {
        Notice {
            version: Version1,
            marathon_id: MarathonId::new(),
            marathon_title: Title::try_from(title.to_owned()).unwrap(),
            count: awards.len() as u64,
            total_point: awards.iter().map(|award| award.point).sum(),
            awards,
        }
    }

    #[test]
    fn it_says_who_got_how_many_points() {
        let awards = vec![
            awarded("Early", 1, Some(4_705_000)),
            awarded("Late", 2, Some(5_000_000)),
            awarded("*@me", 3, None),
        ];
        let json = serde_json::to_string_pretty(&Digest::new(&notice("Seoul_10K", awards))).unwrap();
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
        fn it_is_always_within_the_limits(title in "[^\\p{Cc}\\s]{0,99}", name in "[^\\p{Cc}\\s]{0,49}", count in 1_u32..1000) {
            // A title and a name can be seen, so each begins with a letter.
            let (title, name) = (format!("a{title}"), format!("a{name}"));
            let awards = (0..count).map(|bib| awarded(&name, bib, Some(4_705_000))).collect();
            let digest = Digest::new(&notice(&title, awards));
            let [embed] = &digest.embeds;
            prop_assert!(embed.title.chars().count() <= 256);
            prop_assert!(embed.description.chars().count() <= DESCRIPTION_LIMIT);
        }
    }
}
